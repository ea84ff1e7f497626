import { QueryError } from '#store'

/** The place of an alert in the list, which never moves. */
export interface AlertPlace {
  readonly startedAtMs: number
  readonly id: string
}

/** Writes a place as URL-safe text. */
export function encodeAlertCursor({ startedAtMs, id }: AlertPlace): string {
  return Buffer.from(`${startedAtMs} ${id}`).toString('base64url')
}

/** Reads a place; throws QueryError for anything else. */
export function decodeAlertCursor(text: string): AlertPlace {
  const match = /^(\d{1,16}(?:\.\d{1,9})?) ([^\0]{1,200})$/.exec(Buffer.from(text, 'base64url').toString('utf8'))
  if (match?.[1] === undefined || match[2] === undefined)
    throw new QueryError('bad_user_input', 'after: not a cursor of this server')
  return { startedAtMs: Number(match[1]), id: match[2] }
}
