import { ERRORS, errorBody, type ErrorBody, type ErrorCode, type ErrorDetails } from './errors.js'

/** A request that gets an error reply. Thrown by guards and controllers, turned into the reply by `ErrorFilter`. */
export class Refusal extends Error {
  override readonly name = 'Refusal'

  constructor(
    readonly code: ErrorCode,
    readonly details: ErrorDetails = {},
  ) {
    super(code)
  }

  get statusCode(): number {
    return ERRORS[this.code][0]
  }

  get body(): ErrorBody {
    return { ...errorBody(this.code, this.details), ...extras(this.code, this.details) }
  }

  /** Headers that belong to the status: Allow, Retry-After, WWW-Authenticate. */
  get headers(): Record<string, string> {
    return statusHeaders(this.code, this.details)
  }
}

const RETRY_AFTER_SECONDS = 1

function statusHeaders(code: ErrorCode, details: ErrorDetails): Record<string, string> {
  switch (ERRORS[code][0]) {
    case 401:
      return { 'www-authenticate': 'Bearer realm="statusline", Basic realm="statusline"' }
    case 405:
      return { allow: String(details['allowed'] ?? '') }
    case 429:
    case 503:
      return { 'retry-after': String(details['retryAfterSeconds'] ?? RETRY_AFTER_SECONDS) }
    default:
      return {}
  }
}

/** `ship` continues from the end that a gap reply names. */
function extras(code: ErrorCode, details: ErrorDetails): { readonly end?: number } {
  return code === 'file_gap' ? { end: Number(details['end']) } : {}
}
