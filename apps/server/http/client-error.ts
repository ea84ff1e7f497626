import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import type { ErrorCode } from './errors.js'
import { Refusal } from './refusal.js'

/** Node's names for what is wrong with a request that never became one. */
const CODES: { readonly [code: string]: ErrorCode } = {
  HPE_HEADER_OVERFLOW: 'headers_too_large',
  ERR_HTTP_REQUEST_TIMEOUT: 'slow_request',
}

/** Answers bytes that are not HTTP with the same JSON as everything else, then closes the connection. `answered`: it has its reply. */
export function answerClientError(
  error: NodeJS.ErrnoException,
  socket: Socket,
  requestId: string,
  answered = false,
): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy()
  if (answered) return socket.destroySoon()
  answerRaw(CODES[error.code ?? ''] ?? 'bad_request', socket, requestId)
}

/** Writes an error reply where there is no request object to answer. */
export function answerRaw(code: ErrorCode, socket: Socket, requestId: string): void {
  const { body, headers } = new Refusal(code, { allowed: 'GET, POST' })
  const text = JSON.stringify(body)
  const extra = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  socket.end(
    `HTTP/1.1 ${body.statusCode} ${STATUS_CODES[body.statusCode] ?? ''}\r\n` +
      'content-type: application/json; charset=utf-8\r\n' +
      `content-length: ${Buffer.byteLength(text)}\r\n` +
      `x-request-id: ${requestId}\r\n` +
      extra.join('') +
      'x-content-type-options: nosniff\r\ncache-control: no-store\r\nconnection: close\r\n\r\n' +
      text,
  )
}
