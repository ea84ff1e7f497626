/** Why a question got no answer: the same word in lower case over REST and in upper case as GraphQL's `extensions.code`. */
export const QUERY_ERROR_CODES = [
  'bad_user_input',
  'range_too_long',
  'query_too_complex',
  'cursor_expired',
  'timeout',
  'unavailable',
] as const
export type QueryErrorCode = (typeof QUERY_ERROR_CODES)[number]

/** A question that cannot be answered; the message tells the asker what to change. */
export class QueryError extends Error {
  override readonly name = 'QueryError'

  constructor(
    readonly code: QueryErrorCode,
    message: string,
  ) {
    super(message)
  }
}
