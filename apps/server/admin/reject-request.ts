import { REJECT_REASONS } from '#event'
import type { QuarantineFilter } from '#store'
import { isSourceName } from '../ingest/source-name.js'
import { membersOf, refuseUnknown, wrong } from '../http/known-arguments.js'

/** A parsed query: a parameter that is given twice is an array. */
export type Query = Readonly<Record<string, unknown>>

export interface ListRequest {
  readonly filter: QuarantineFilter
  readonly first: number
  /** Id of the record to go on after; null: from the newest. */
  readonly after: number | null
}

const FILTER = ['source', 'reason'] as const
const MAX_PAGE = 500
const DEFAULT_PAGE = 50

/** Reads what `GET /v1/rejects` asks for; throws a `Refusal` that names the argument. */
export function readListRequest(query: Query): ListRequest {
  refuseUnknown(query, [...FILTER, 'first', 'after'], 'parameters')
  return {
    filter: filterOf(query),
    first: readNumber('first', query['first'], MAX_PAGE) ?? DEFAULT_PAGE,
    after: readNumber('after', query['after'], Number.MAX_SAFE_INTEGER),
  }
}

/** Reads which records `POST /v1/rejects/replay` is for, from its query or its body. A replay cannot be taken back, so nothing is overlooked. */
export function readReplayRequest(query: Query, body: unknown): QuarantineFilter {
  const members = membersOf(body)
  refuseUnknown(query, FILTER, 'parameters')
  refuseUnknown(members, FILTER, 'fields')
  const [asked, told] = [filterOf(query), filterOf(members)]
  for (const name of FILTER)
    if (asked[name] !== undefined && told[name] !== undefined && asked[name] !== told[name])
      throw wrong(name, 'the query and the body say different things')
  return { source: asked.source ?? told.source, reason: asked.reason ?? told.reason }
}

function filterOf({ source, reason }: Query): QuarantineFilter {
  if (source !== undefined && !(typeof source === 'string' && isSourceName(source)))
    throw wrong('source', 'one source name, or left out for all')
  if (reason !== undefined && !isReason(reason)) throw wrong('reason', `one of ${REJECT_REASONS.join(', ')}`)
  return { source, reason }
}

function isReason(word: unknown): word is (typeof REJECT_REASONS)[number] {
  return REJECT_REASONS.some((reason) => reason === word)
}

function readNumber(argument: string, text: unknown, most: number): number | null {
  if (text === undefined) return null
  const number = typeof text === 'string' && /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN
  if (!(number >= 1 && number <= most)) throw wrong(argument, `1 to ${most}`)
  return number
}
