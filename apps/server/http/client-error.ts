import type { Socket } from 'node:net'
import { errorBody, type ErrorCode } from './errors.js'

/** Node's names for what is wrong with a request that never became one. */
const CODES: { readonly [code: string]: ErrorCode } = {
  HPE_HEADER_OVERFLOW: 'headers_too_large',
  ERR_HTTP_REQUEST_TIMEOUT: 'slow_request',
}

/** Answers bytes that are not HTTP with the same JSON as everything else, then closes the connection. */
export function answerClientError(error: NodeJS.ErrnoException, socket: Socket, requestId: string): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy()
  const body = errorBody(CODES[error.code ?? ''] ?? 'bad_request')
  const text = JSON.stringify(body)
  socket.end(
    `HTTP/1.1 ${body.statusCode} ${REASONS[body.statusCode] ?? 'Bad Request'}\r\n` +
      'content-type: application/json; charset=utf-8\r\n' +
      `content-length: ${Buffer.byteLength(text)}\r\n` +
      `x-request-id: ${requestId}\r\n` +
      'x-content-type-options: nosniff\r\ncache-control: no-store\r\nconnection: close\r\n\r\n' +
      text,
  )
}

const REASONS: { readonly [status: number]: string } = {
  408: 'Request Timeout',
  431: 'Request Header Fields Too Large',
}
