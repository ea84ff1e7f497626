import { exchange, type Answer } from './exchange.js'

/** An answer of the server that is not a success, with the server's own code and message. */
export class ServerRefusal extends Error {
  override readonly name = 'ServerRefusal'
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly retryAfterMs: number | null,
    readonly body: Record<string, unknown>,
  ) {
    super(message)
  }
}

/** The server could not be reached at all. */
export class ServerUnreachable extends Error {
  override readonly name = 'ServerUnreachable'
}

/** A variable of this program cannot be used; the message is one line that names it. */
export class WrongVariable extends Error {
  override readonly name = 'WrongVariable'
}

export interface ServerRequest {
  readonly method?: string
  readonly body?: Uint8Array | string
  readonly headers?: Record<string, string>
  readonly signal?: AbortSignal
  readonly timeoutMs?: number
  /** Called once the whole request has left for the network. */
  readonly sent?: () => void
}

/** Talks to one Statusline server over HTTP, with the key in `Authorization`. */
export class ServerClient {
  constructor(
    readonly baseUrl: string,
    private readonly key: string | undefined,
  ) {}

  /** The JSON of a 2xx answer. Throws ServerRefusal, ServerUnreachable or WrongVariable. */
  async json<T>(path: string, request: ServerRequest = {}): Promise<T> {
    return JSON.parse(await this.text(path, request)) as T
  }

  /** The text of a 2xx answer. Throws ServerRefusal, ServerUnreachable or WrongVariable. */
  async text(path: string, request: ServerRequest = {}): Promise<string> {
    return (await this.ask(path, request)).text
  }

  /** The server's time, epoch ms, as it says in an answer; NaN where it does not. Throws as `text` does. */
  async time(): Promise<number> {
    return Date.parse((await this.ask('/healthz', {})).headers.date ?? '')
  }

  private async ask(path: string, request: ServerRequest): Promise<Answer> {
    const address = addressOf(this.baseUrl, path)
    const login = loginOf(this.key)
    const signals = [AbortSignal.timeout(request.timeoutMs ?? 60_000), ...(request.signal ? [request.signal] : [])]
    let answer: Answer
    try {
      answer = await exchange(address, {
        method: request.method ?? (request.body === undefined ? 'GET' : 'POST'),
        headers: { ...login, ...request.headers },
        body: request.body,
        signal: AbortSignal.any(signals),
        sent: request.sent,
      })
    } catch (error) {
      if (request.signal?.aborted) throw request.signal.reason as Error
      throw new ServerUnreachable(`no answer from ${this.baseUrl}: ${reasonOf(error)}`)
    }
    if (answer.status >= 200 && answer.status < 300) return answer
    throw refusal(answer, login)
  }
}

/** The base may have a path, where a proxy serves the server below one. */
function addressOf(baseUrl: string, path: string): URL {
  const base = URL.parse(baseUrl)
  if (base === null || !/^https?:$/.test(base.protocol))
    throw new WrongVariable(
      `STATUSLINE_URL is ${JSON.stringify(baseUrl)}; allowed: an http or https URL such as http://127.0.0.1:8080`,
    )
  if (base.username !== '' || base.password !== '')
    throw new WrongVariable(
      'STATUSLINE_URL is (hidden); allowed: a URL without user and password; STATUSLINE_KEY takes the key',
    )
  return new URL(base.pathname.replace(/\/$/, '') + path, base)
}

function loginOf(key: string | undefined): Record<string, string> {
  if (key === undefined || key === '') return {}
  if (!/^[\u0021-\u007E]+$/.test(key))
    throw new WrongVariable(
      'STATUSLINE_KEY is (hidden); allowed: a key, without blanks, as statusline keys create prints it',
    )
  return { authorization: `Bearer ${key}` }
}

function refusal({ status, text, headers }: Answer, login: Record<string, string>): ServerRefusal {
  let body: Record<string, unknown> = {}
  try {
    body = JSON.parse(text) as Record<string, unknown>
  } catch {
    // Not our server, or a proxy in between: the status alone has to do.
  }
  const code = typeof body['code'] === 'string' ? body['code'] : `http_${status}`
  const said = typeof body['message'] === 'string' ? body['message'] : `the server answered ${status}`
  const message = status === 401 ? askForKey('authorization' in login) : said
  const seconds = Number(headers['retry-after'] ?? Number.NaN)
  const retryAfterMs = Number.isFinite(seconds) ? seconds * 1000 : null
  return new ServerRefusal(status, code, message, retryAfterMs, body)
}

/** The server names headers; here the key comes from a variable. */
function askForKey(sent: boolean): string {
  return sent
    ? 'the server does not know the key of STATUSLINE_KEY, or it was revoked'
    : 'the server asks for an API key: set STATUSLINE_KEY'
}

function reasonOf(error: unknown): string {
  const { code, message } = causeOf(error)
  if (/^(EPROTO$|ERR_SSL_)/.test(code)) return `nobody speaks TLS there (${code}); is it http:// in STATUSLINE_URL?`
  return message.startsWith(code) ? message : `${code} ${message}`
}

function causeOf(error: unknown): { code: string; message: string } {
  if (typeof error !== 'object' || error === null) return { code: '', message: String(error) }
  if ('cause' in error && typeof error.cause === 'object' && error.cause !== null) return causeOf(error.cause)
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  return { code, message: 'message' in error ? String(error.message) : String(error) }
}
