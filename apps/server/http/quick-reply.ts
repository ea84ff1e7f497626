import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import type { DoorReply } from '../doors/dialect.js'
import { OWN_FIELDS } from './own-headers.js'

const OWN_TEXT = OWN_FIELDS.reduce((text, word, index) => text + word + (index % 2 === 0 ? ': ' : '\r\n'), '')
const JSON_TYPE = 'application/json; charset=utf-8'

/** What replies that differ only in the id of their request share: what is before it and behind it. */
interface Shared {
  readonly statusCode: number
  readonly headers: DoorReply['headers']
  readonly body: DoorReply['body']
  readonly date: string
  readonly before: string
  readonly behind: string
  readonly coding: 'latin1' | 'utf8'
}

/** Writes replies as text, byte for byte what Node would send. */
export class QuickReplies {
  private readonly end: string
  private second = 0
  private date = ''
  /** Of the last reply; the next is mostly the same. */
  private last: Shared | null = null

  constructor(keepAliveMs: number) {
    this.end = `Connection: keep-alive\r\nKeep-Alive: timeout=${Math.floor(keepAliveMs / 1_000)}\r\n\r\n`
  }

  /** Sends a reply whose body is text or an object; false where its receiver does not keep up. */
  send(reply: DoorReply, requestId: string, socket: Socket): boolean {
    const { before, behind, coding } = this.sharedBy(reply)
    return socket.write(before + requestId + behind, coding)
  }

  private sharedBy(reply: DoorReply): Shared {
    const { last } = this
    const date = this.now()
    const isSame =
      last !== null &&
      last.statusCode === reply.statusCode &&
      last.headers === reply.headers &&
      last.body === reply.body &&
      last.date === date &&
      typeof last.body === 'string'
    return isSame ? last : (this.last = this.shared(reply, date))
  }

  private shared({ statusCode, headers = {}, body }: DoorReply, date: string): Shared {
    const text = typeof body === 'string' ? body : JSON.stringify(body)
    const bytes = Buffer.byteLength(text)
    let fields = OWN_TEXT
    if (headers['content-type'] === undefined) fields += `content-type: ${JSON_TYPE}\r\n`
    for (const name in headers) fields += `${name}: ${headers[name]}\r\n`
    return {
      statusCode,
      headers,
      body,
      date,
      before: `HTTP/1.1 ${statusCode} ${STATUS_CODES[statusCode] ?? ''}\r\nx-request-id: `,
      behind: `\r\n${fields}content-length: ${bytes}\r\nDate: ${date}\r\n${this.end}${text}`,
      // As nearly all are; Node need not look for their length then.
      coding: bytes === text.length ? 'latin1' : 'utf8',
    }
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
