import { setTimeout as sleep } from 'node:timers/promises'
import type { Socket } from 'node:net'

/** One hostile request: what it is, its exact bytes, and the exact reply. */
export interface HostileRequest {
  readonly says: string
  readonly bytes: () => Buffer
  readonly send?: (socket: Socket, bytes: Buffer) => void
  readonly reply: HostileReply
}

/** Status and code of a refusal; the whole body of a success; `closed` where the connection ends without a word. */
export type HostileReply = readonly [status: number, code: string] | readonly [status: number, body: object]

/** What the door counted; `errors` are the reasons by index. */
export function counted(accepted: number, ...reasons: readonly string[]): HostileReply {
  const errors = reasons.map((reason, index) => ({ index, reason }))
  return [202, { accepted, duplicate: 0, rejected: reasons.length, errors }]
}

/** Bytes as they are, with CRLF for each line break. */
export function raw(text: string): () => Buffer {
  return () => Buffer.from(text.replaceAll('\n', '\r\n'), 'latin1')
}

/** A request with a head and nothing else. */
export function head(line: string, ...fields: readonly string[]): () => Buffer {
  return raw(`${[line, 'Host: localhost', ...fields].join('\n')}\n\n`)
}

/** A post to the generic door. */
export function post(body: string | Buffer | (() => Buffer), ...fields: readonly string[]): () => Buffer {
  return postTo('/v1/ingest/hostile', body, ...fields)
}

/** A post to any address. */
export function postTo(
  path: string,
  body: string | Buffer | (() => Buffer),
  ...fields: readonly string[]
): () => Buffer {
  return () => {
    const bytes = typeof body === 'function' ? body() : Buffer.from(body)
    return Buffer.concat([head(`POST ${path} HTTP/1.1`, `Content-Length: ${bytes.length}`, ...fields)(), bytes])
  }
}

/** Sends the head and then `piece` again and again until the connection ends. */
export function endless(piece: Buffer, everyMs: number): (socket: Socket, bytes: Buffer) => void {
  return (socket, bytes) => {
    socket.write(bytes)
    void (async () => {
      while (!socket.destroyed && socket.writable) {
        if (!socket.write(piece))
          await Promise.race([new Promise((resolve) => socket.once('drain', resolve)), sleep(500)])
        await sleep(everyMs)
      }
    })()
  }
}
