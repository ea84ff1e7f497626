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

export interface ServerRequest {
  readonly method?: string
  readonly body?: Uint8Array | string
  readonly headers?: Record<string, string>
  readonly signal?: AbortSignal
  readonly timeoutMs?: number
}

/** Talks to one Statusline server over HTTP, with the key in `Authorization`. */
export class ServerClient {
  constructor(
    readonly baseUrl: string,
    private readonly key: string | undefined,
  ) {}

  /** The JSON of a 2xx answer. Throws ServerRefusal or ServerUnreachable. */
  async json<T>(path: string, request: ServerRequest = {}): Promise<T> {
    return JSON.parse(await this.text(path, request)) as T
  }

  /** The text of a 2xx answer. Throws ServerRefusal or ServerUnreachable. */
  async text(path: string, request: ServerRequest = {}): Promise<string> {
    const signals = [AbortSignal.timeout(request.timeoutMs ?? 60_000), ...(request.signal ? [request.signal] : [])]
    let response: Response
    let text: string
    try {
      response = await fetch(new URL(path, this.baseUrl), {
        method: request.method ?? (request.body === undefined ? 'GET' : 'POST'),
        headers: { ...(this.key ? { authorization: `Bearer ${this.key}` } : {}), ...request.headers },
        ...(request.body === undefined ? {} : { body: request.body as NonNullable<RequestInit['body']> }),
        signal: AbortSignal.any(signals),
        redirect: 'error',
      })
      text = await response.text()
    } catch (error) {
      if (request.signal?.aborted) throw request.signal.reason as Error
      throw new ServerUnreachable(`no answer from ${this.baseUrl}: ${reasonOf(error)}`)
    }
    if (response.ok) return text
    throw refusal(response, text)
  }
}

function refusal(response: Response, text: string): ServerRefusal {
  let body: Record<string, unknown> = {}
  try {
    body = JSON.parse(text) as Record<string, unknown>
  } catch {
    // Not our server, or a proxy in between: the status alone has to do.
  }
  const code = typeof body['code'] === 'string' ? body['code'] : `http_${response.status}`
  const message = typeof body['message'] === 'string' ? body['message'] : `the server answered ${response.status}`
  const seconds = Number(response.headers.get('retry-after'))
  const retryAfterMs = response.headers.has('retry-after') && Number.isFinite(seconds) ? seconds * 1000 : null
  return new ServerRefusal(response.status, code, message, retryAfterMs, body)
}

function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  if (!(cause instanceof Error)) return String(cause)
  return 'code' in cause && typeof cause.code === 'string' ? `${cause.code} ${cause.message}` : cause.message
}
