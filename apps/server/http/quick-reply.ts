import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import type { DoorReply } from '../doors/dialect.js'
import { OWN_FIELDS } from './own-headers.js'

const OWN_TEXT = OWN_FIELDS.reduce((text, word, index) => text + word + (index % 2 === 0 ? ': ' : '\r\n'), '')
const JSON_TYPE = 'application/json; charset=utf-8'

/** Writes replies as text, byte for byte what Node would send. */
export class QuickReplies {
  private readonly end: string
  private second = 0
  private date = ''

  constructor(keepAliveMs: number) {
    this.end = `Connection: keep-alive\r\nKeep-Alive: timeout=${Math.floor(keepAliveMs / 1_000)}\r\n\r\n`
  }

  /** Sends a reply whose body is text or an object; false where its receiver does not keep up. */
  send({ statusCode, headers = {}, body }: DoorReply, requestId: string, socket: Socket): boolean {
    const text = typeof body === 'string' ? body : JSON.stringify(body)
    const bytes = Buffer.byteLength(text)
    let fields = `x-request-id: ${requestId}\r\n${OWN_TEXT}`
    if (headers['content-type'] === undefined) fields += `content-type: ${JSON_TYPE}\r\n`
    for (const name in headers) fields += `${name}: ${headers[name]}\r\n`
    return socket.write(
      `HTTP/1.1 ${statusCode} ${STATUS_CODES[statusCode] ?? ''}\r\n${fields}` +
        `content-length: ${bytes}\r\nDate: ${this.now()}\r\n${this.end}${text}`,
      // As nearly all are; Node need not look for their length then.
      bytes === text.length ? 'latin1' : 'utf8',
    )
  }

  private now(): string {
    const second = Math.floor(Date.now() / 1_000)
    if (second !== this.second) {
      this.second = second
      this.date = new Date(second * 1_000).toUTCString()
    }
    return this.date
  }
}
