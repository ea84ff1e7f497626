import { OUTCOMES, OWNERS, type Outcome, type Owner } from '#catalog'
import { checkedFirst } from './breakdown.js'
import { conditionsOf, type Filter } from './filter.js'
import type { QueryLimits } from './limits.js'
import { timesOf, type Range } from './range.js'
import type { Snapshot } from './snapshot.js'
import { samplesSql } from './statements/samples-sql.js'
import { bucketAtOrAfter, bucketAtOrBefore } from './tier.js'

/** An example of a failing request: template and ids, never the raw path. */
export interface Sample {
  readonly atMs: number
  readonly source: string
  readonly gateway: string
  readonly service: string
  readonly route: string
  readonly method: string
  readonly code: number | null
  readonly outcome: Outcome
  readonly owner: Owner
  readonly durationMs: number | null
  readonly requestId: string | null
  readonly traceId: string | null
  /** Why, in a few words of the gateway. */
  readonly detail: string | null
}

/** Which samples; the newest first. */
export interface SamplesQuestion {
  readonly range: Range
  readonly filter?: Filter | null
  readonly first?: number | null
}

interface SampleRow {
  readonly at_ms: number
  readonly source: string
  readonly gateway: string
  readonly service: string
  readonly route: string
  readonly method: string
  readonly code: number
  readonly outcome: number
  readonly owner: number
  readonly duration_ms: number | null
  readonly request_id: string | null
  readonly trace_id: string | null
  readonly detail: string | null
}

const USUAL_SAMPLES = 20

/** Reads samples of exactly the asked range: they have their own times and need no snapping. */
export async function readSamples(
  snapshot: Snapshot,
  question: SamplesQuestion,
  nowMs: number,
  limits: QueryLimits,
): Promise<Sample[]> {
  const conditions = conditionsOf(question.filter ?? {}, limits.maxFilterValues)
  const rows = checkedFirst(question.first ?? USUAL_SAMPLES, limits.maxSamples)
  const { fromMs, toMs } = timesOf(question.range, nowMs, limits.maxRangeMs)
  const fromBucket = bucketAtOrBefore(fromMs, 1)
  const toBucket = bucketAtOrAfter(toMs, 1)
  const found = await snapshot.rows<SampleRow>(
    samplesSql({ fromMs: Math.floor(fromMs), toMs: Math.ceil(toMs), fromBucket, toBucket, rows }, conditions),
  )
  return found.map(sampleOf)
}

function sampleOf(row: SampleRow): Sample {
  const { source, gateway, service, route, method } = row
  return {
    atMs: row.at_ms,
    source,
    gateway,
    service,
    route,
    method,
    code: row.code === 0 ? null : row.code,
    outcome: OUTCOMES[row.outcome] ?? 'unknown',
    owner: OWNERS[row.owner] ?? 'unknown',
    durationMs: row.duration_ms,
    requestId: row.request_id,
    traceId: row.trace_id,
    detail: row.detail,
  }
}
