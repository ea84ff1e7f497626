import { connect, type Socket } from 'node:net'
import { createLogger, loadConfig, StopOrder } from '#platform'
import { foldHere } from '#store'
import { PortThread } from '../ingest/threads/testing/port-thread.js'
import { startServer } from '../start-server.js'

/** A whole server in the process of a test, on a database of the test's own. */
export interface ServerUnderTest {
  readonly url: string
  readonly port: number
  /** Lines that the server logged. */
  readonly logLines: string[]
  stop(): Promise<void>
}

/** Starts a server on a free port; `env` as in the environment. Quiet, but for `logLines`, which also hear of a start that fails. */
export async function startServerUnderTest(
  env: Readonly<Record<string, string>>,
  logLines: string[] = [],
): Promise<ServerUnderTest> {
  const config = loadConfig({ PORT: '0', STATUSLINE_SCAN_THREADS: '0', ...env }, () => '')
  const log = createLogger(config.logLevel, { write: (line) => logLines.push(line) })
  const order = new StopOrder(log)
  try {
    const url = await startServer(config, log, order, foldHere, (settings) => new PortThread(settings))
    return { url, port: Number(new URL(url).port), logLines, stop: async () => void (await order.stop()) }
  } catch (error) {
    await order.stop()
    throw error
  }
}

/** What came back for raw bytes. */
export interface RawReply {
  /** 0: the connection closed without a reply. */
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

interface ErrorReply {
  readonly code?: string
  readonly errors?: readonly { readonly extensions?: { readonly code?: string } }[]
}

/** The code of an error reply, ours or GraphQL's; empty for anything else. */
export function codeOf({ body }: RawReply): string {
  try {
    const { code, errors } = JSON.parse(body) as ErrorReply
    return code ?? errors?.[0]?.extensions?.code ?? ''
  } catch {
    return ''
  }
}

export interface RawOptions {
  /** How the bytes are sent; by default all at once. */
  readonly send?: (socket: Socket, bytes: Buffer) => void
  readonly deadlineMs?: number
}

/** Sends exactly these bytes and reads one whole reply. Informational replies are skipped. */
export function sendRaw(port: number, bytes: Buffer | string, options: RawOptions = {}): Promise<RawReply> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1')
    const received: Buffer[] = []
    const timer = setTimeout(() => {
      socket.destroy()
      reject(new Error(`no reply; so far: ${JSON.stringify(Buffer.concat(received).toString().slice(0, 200))}`))
    }, options.deadlineMs ?? 20_000)
    const done = (reply: RawReply): void => {
      clearTimeout(timer)
      socket.destroy()
      resolve(reply)
    }
    socket.on('data', (chunk: Buffer) => {
      received.push(chunk)
      const reply = parseReply(Buffer.concat(received))
      if (reply !== null) done(reply)
    })
    // A reset after the reply was read does not matter; before it, it is a closed connection.
    socket.on('error', () => undefined)
    socket.on('close', () => done(parseReply(Buffer.concat(received)) ?? { status: 0, headers: {}, body: '' }))
    const all = Buffer.from(bytes)
    if (options.send === undefined) socket.write(all)
    else options.send(socket, all)
  })
}

/** Null: not whole yet. */
function parseReply(bytes: Buffer): RawReply | null {
  const end = bytes.indexOf('\r\n\r\n')
  if (end < 0) return null
  const [first = '', ...lines] = bytes.subarray(0, end).toString('latin1').split('\r\n')
  const status = Number(first.split(' ')[1])
  const rest = bytes.subarray(end + 4)
  if (status >= 100 && status < 200 && status !== 101) return parseReply(rest)
  const headers = Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
  )
  const body = bodyOf(rest, headers)
  return body === null ? null : { status, headers, body }
}

function bodyOf(rest: Buffer, headers: Record<string, string>): string | null {
  if (headers['transfer-encoding'] !== 'chunked') {
    const length = Number(headers['content-length'] ?? 0)
    return rest.length < length ? null : rest.subarray(0, length).toString()
  }
  const parts: string[] = []
  for (let at = 0; ;) {
    const line = rest.indexOf('\r\n', at)
    if (line < 0) return null
    const size = Number.parseInt(rest.subarray(at, line).toString(), 16)
    if (size === 0) return parts.join('')
    if (rest.length < line + 4 + size) return null
    parts.push(rest.subarray(line + 2, line + 2 + size).toString())
    at = line + 4 + size
  }
}
