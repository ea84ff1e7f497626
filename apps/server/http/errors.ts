/**
 * Every way in which the server refuses: code → status and message. `{words}` in a message are filled in by the refusal.
 * docs/errors.md is compared with this table both ways. Statuses mean what the catalogue documents for them.
 */
export const ERRORS = {
  bad_request: [400, 'the request is not valid HTTP'],
  bad_url: [400, 'the URL cannot be decoded'],
  bad_json: [400, 'the body is not the JSON that this address needs'],
  bad_compression: [400, 'the body is not valid {encoding}'],
  truncated_body: [400, 'the {encoding} body ends before its end'],
  unreadable_body: [400, 'the body is no log: it is binary, and no record of it was recognised'],
  loki_push: [400, 'this is a push of Loki, which is taken at /loki/api/v1/push'],
  unauthenticated: [401, 'send an API key: Authorization: Bearer KEY, X-API-Key, or as Basic password'],
  missing_scope: [403, 'the API key lacks the scope {scope}'],
  source_forbidden: [403, 'the API key may only write to the source {source}'],
  foreign_host: [403, 'without API keys the server answers only to localhost, 127.0.0.1 and [::1]'],
  foreign_origin: [403, 'without API keys the server answers no web page of another origin'],
  not_found: [404, 'there is nothing at this address'],
  method_not_allowed: [405, 'this address takes {allowed}'],
  slow_body: [408, 'the body came too slowly'],
  slow_request: [408, 'the request did not arrive in time'],
  file_gap: [409, 'this does not continue the stored file, which ends at byte {end}'],
  body_too_large: [413, 'the body is larger than {limit} bytes {when}'],
  uri_too_long: [414, 'the address is too long'],
  unknown_encoding: [415, 'Content-Encoding may be gzip, deflate, br, zstd or snappy'],
  unknown_media_type: [415, 'the body must be application/json'],
  expectation_failed: [417, 'the only expectation that can be met is 100-continue'],
  bad_source: [422, 'a source name has 1 to 100 of the characters A-Z a-z 0-9 . _ - : /'],
  bad_format: [422, 'unknown format {format}; allowed: {allowed}'],
  bad_idempotency_key: [422, 'an Idempotency-Key has 1 to 256 characters'],
  bad_file_span: [
    422,
    'X-Statusline-File and X-Statusline-Tail are 64 hex digits each, X-Statusline-Range is FROM-TO in bytes',
  ],
  bad_argument: [422, '{argument}: {reason}'],
  bad_user_input: [422, '{reason}'],
  range_too_long: [422, '{reason}'],
  query_too_complex: [422, '{reason}'],
  cursor_expired: [422, '{reason}'],
  idempotency_key_reused: [422, 'this Idempotency-Key came with another body before'],
  over_rate: [429, 'the source {source} sends more than {limit} events per second'],
  headers_too_large: [431, 'the header is larger than 16 KiB or has more than 100 fields'],
  internal_error: [500, 'a bug: please report it with the request id'],
  not_durable: [503, 'the batch cannot be made durable now; send it again'],
  overloaded: [503, 'more arrives than can be made durable in time; send it again'],
  journal_full: [503, 'too much waits to be folded into the counts; send it again'],
  unavailable: [503, 'the database does not answer now; ask again'],
  timeout: [503, '{reason}'],
  not_ready: [503, 'not ready: {reason}'],
  stopping: [503, 'the server is stopping'],
} as const satisfies Record<string, readonly [status: number, message: string]>

export type ErrorCode = keyof typeof ERRORS

/** Values for the `{words}` of a message, and `allowed`/`retryAfterSeconds` for the headers that go with a status. */
export type ErrorDetails = Readonly<Record<string, string | number>>

/** The body of every error reply. */
export interface ErrorBody {
  readonly statusCode: number
  readonly code: ErrorCode
  readonly message: string
  readonly documentation: string
}

/** The reply body for `code`; `details` fill the words of its message. */
export function errorBody(code: ErrorCode, details: ErrorDetails = {}): ErrorBody {
  const [statusCode, template] = ERRORS[code]
  const message = template.replaceAll(/\{(\w+)\}/g, (word, name: string) => String(details[name] ?? word))
  return { statusCode, code, message, documentation: `/v1/status-codes/${statusCode}` }
}
