import { keyText, LATENCY_DIMENSIONS, type Dimension } from './dimension.js'
import type { Condition } from './filter.js'
import { ladder } from './ladder.js'
import { LatencySum, type Latency } from './latency.js'
import type { Snapshot } from './snapshot.js'
import { latencySql } from './statements/latency-sql.js'
import { TIERS, bucketAtOrAfter, bucketAtOrBefore, tierNamed, type TierName } from './tier.js'

/** Durations of an answer, or the reason why there are none. */
export interface Durations {
  /** Of the group with this key text at this point (1 where the answer has no points). */
  of(group: string, point?: number): LatencySum | undefined
  readonly groups: ReadonlyMap<string, ReadonlyMap<number, LatencySum>>
  readonly unavailable: string | null
}

/** Durations with the reason for their absence, as counts carry them. */
export interface LatencyFields {
  readonly latency: Latency | null
  readonly latencyUnavailable: string | null
}

/** What is asked about durations. */
export interface DurationsQuestion {
  readonly fromMs: number
  readonly toMs: number
  readonly tier: TierName
  readonly by: readonly Dimension[]
  readonly conditions: readonly Condition[]
  /** Edges of points in buckets, or null. */
  readonly edges: readonly number[] | null
  readonly maxHistograms: number
}

const MINUTE = TIERS[1]
const NOBODY_ASKED = 'not asked for'

/** No durations, for this reason. */
export function noDurations(unavailable: string = NOBODY_ASKED): Durations {
  return { of: () => undefined, groups: new Map(), unavailable }
}

/** Why durations cannot be told for such a question; null when they can. */
export function whyUnavailable(question: Pick<DurationsQuestion, 'by' | 'conditions' | 'edges'>): string | null {
  const foreign = [...question.by, ...question.conditions.map(({ column }) => column)].find(
    (dimension) => !LATENCY_DIMENSIONS.includes(dimension),
  )
  if (foreign !== undefined)
    return `durations are kept by source, gateway, service, route and class; this question names ${foreign}`
  if (question.edges?.some((edge) => edge % MINUTE.width !== 0))
    return 'durations are kept per minute; choose a step of whole minutes'
  return null
}

/** Reads and merges the histograms of a range, in whole minutes. */
export async function readDurations(snapshot: Snapshot, question: DurationsQuestion): Promise<Durations> {
  const reason = whyUnavailable(question)
  if (reason !== null) return noDurations(reason)
  const statement = latencySql({
    rungs: rungsOf(question),
    by: question.by,
    conditions: question.conditions,
    edges: question.edges,
    rows: question.maxHistograms + 1,
  })
  const rows = await snapshot.rows<LatencyRow>(statement)
  if (rows.length > question.maxHistograms)
    return noDurations(`more than ${question.maxHistograms} histograms; narrow the range or filter`)
  return merged(rows, question.by)
}

interface LatencyRow extends Record<string, unknown> {
  readonly point: number
  readonly count: number
  readonly sum_ms: number
  readonly histogram: Uint8Array
}

/** One sum over a range climbs to coarser tiers; points need the tier that fits their edges. */
function rungsOf({ fromMs, toMs, tier, edges }: DurationsQuestion) {
  const finest = tier === '10s' ? MINUTE : tierNamed(tier)
  const from = bucketAtOrBefore(fromMs, finest.width)
  const to = bucketAtOrAfter(toMs, finest.width)
  return edges === null ? ladder(from, to, finest) : [{ tier: finest.name, from, to }]
}

function merged(rows: readonly LatencyRow[], by: readonly Dimension[]): Durations {
  const groups = new Map<string, Map<number, LatencySum>>()
  for (const row of rows) {
    const points = ensure(groups, keyText(row, by), () => new Map<number, LatencySum>())
    ensure(points, row.point, () => new LatencySum()).add(row.count, row.sum_ms, row.histogram)
  }
  return { of: (group, point = 0) => groups.get(group)?.get(point), groups, unavailable: null }
}

function ensure<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const found = map.get(key)
  if (found !== undefined) return found
  const made = make()
  map.set(key, made)
  return made
}

/** The fields of one group. */
export function latencyFields(durations: Durations, sum: LatencySum | undefined): LatencyFields {
  return { latency: sum?.latency() ?? null, latencyUnavailable: durations.unavailable }
}

/** Everything in these groups together, but those left out. */
export function mergedDurations(durations: Durations, without: ReadonlySet<string> = new Set()): LatencySum {
  const sum = new LatencySum()
  for (const [group, points] of durations.groups)
    if (!without.has(group)) for (const part of points.values()) sum.merge(part)
  return sum
}
