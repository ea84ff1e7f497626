import { createHash } from 'node:crypto'
import { QueryError } from './query-error.js'
import { BUCKET_MS, TIERS, type TierName } from './tier.js'

/**
 * What a cursor pins: the resolved range, the question, and the rows already shown. Rows move while data arrives, so a position in the
 * order would skip or repeat some; knowing those shown, every page is the next best of the others.
 */
export interface BreakdownCursor {
  readonly issuedMs: number
  readonly fromMs: number
  readonly toMs: number
  readonly tier: TierName
  /** Digest of what was asked (by, filter, order). */
  readonly question: string
  /** Identities of rows shown, as decimal text. */
  readonly seen: readonly string[]
}

const VERSION = 1
const CHECK_BYTES = 8
const HEAD_BYTES = 1 + 8 * 3 + 1 + 8
const IDENTITY_BYTES = 8

/** A short digest of a question; pages of one breakdown must ask the same. */
export function questionDigest(question: unknown): string {
  return createHash('sha256').update(JSON.stringify(question)).digest('hex').slice(0, 16)
}

/** Writes a cursor as URL-safe text. */
export function encodeCursor(cursor: BreakdownCursor): string {
  const bytes = Buffer.alloc(HEAD_BYTES + IDENTITY_BYTES * cursor.seen.length)
  bytes.writeUInt8(VERSION, 0)
  bytes.writeDoubleBE(cursor.issuedMs, 1)
  bytes.writeDoubleBE(cursor.fromMs, 9)
  bytes.writeDoubleBE(cursor.toMs, 17)
  bytes.writeUInt8(
    TIERS.findIndex(({ name }) => name === cursor.tier),
    25,
  )
  bytes.write(cursor.question, 26, 'hex')
  cursor.seen.forEach((identity, index) => bytes.writeBigInt64BE(BigInt(identity), HEAD_BYTES + IDENTITY_BYTES * index))
  return Buffer.concat([checkOf(bytes), bytes]).toString('base64url')
}

/** Reads a cursor; throws QueryError for one that was changed, belongs to another question, or is older than `lifeMs`. */
export function decodeCursor(text: string, question: string, nowMs: number, lifeMs: number): BreakdownCursor {
  const all = Buffer.from(text, 'base64url')
  const check = all.subarray(0, CHECK_BYTES)
  const bytes = all.subarray(CHECK_BYTES)
  const whole = bytes.length >= HEAD_BYTES && (bytes.length - HEAD_BYTES) % IDENTITY_BYTES === 0
  if (!whole || !check.equals(checkOf(bytes)) || bytes.readUInt8(0) !== VERSION)
    throw new QueryError('bad_user_input', 'after: not a cursor of this server')
  const issuedMs = bytes.readDoubleBE(1)
  if (bytes.toString('hex', 26, 34) !== question)
    throw new QueryError(
      'bad_user_input',
      'after: the cursor belongs to another question (by, filter or orderBy differ)',
    )
  if (!(nowMs - issuedMs <= lifeMs))
    throw new QueryError('cursor_expired', 'after: the cursor is too old: begin at the first page')
  const seen = Array.from({ length: (bytes.length - HEAD_BYTES) / IDENTITY_BYTES }, (_, index) =>
    bytes.readBigInt64BE(HEAD_BYTES + IDENTITY_BYTES * index).toString(),
  )
  const [fromMs, toMs, tier] = [bytes.readDoubleBE(9), bytes.readDoubleBE(17), TIERS[bytes.readUInt8(25)]]
  if (
    tier === undefined ||
    [fromMs, toMs].some((ms) => ms % (tier.width * BUCKET_MS) !== 0) ||
    issuedMs > nowMs + lifeMs
  )
    throw new QueryError('bad_user_input', 'after: not a cursor of this server')
  return { issuedMs, fromMs, toMs, tier: tier.name, question, seen }
}

/** Finds accidents, not attacks: a cursor lets nobody ask what they could not ask anyway, and its range is checked like any other. */
function checkOf(bytes: Uint8Array): Buffer {
  return createHash('sha256').update('statusline breakdown cursor').update(bytes).digest().subarray(0, CHECK_BYTES)
}
