import type { PoolClient } from 'pg'
import {
  decodeHistogram,
  digestOf,
  EMPTY_HISTOGRAM,
  encodeHistogram,
  mergeHistograms,
  rollUpLatencies,
  type LatencyRow,
} from '#delta'
import { READ_LATENCIES, READ_TOTAL_LATENCIES, WRITE_LATENCIES, WRITE_TOTAL_LATENCIES } from '../sql/latencies.js'
import { clean, column } from './column.js'
import type { FoldPlan } from './fold-plan.js'
import { portionsOf } from './portions.js'
import { TIERS, type TierWindows } from './tier-windows.js'

const LATENCY_TIERS = ['1m', '1h', '1d'] as const
type LatencyTier = (typeof LATENCY_TIERS)[number]

interface Stored {
  readonly count: number
  readonly sum_ms: number
  readonly histogram: Buffer
}

type Sum = Pick<LatencyRow, 'count' | 'sumMs' | 'indexes' | 'counts'>

interface TotalSum {
  readonly digest: Buffer
  readonly labels: readonly string[]
  readonly class: number
  readonly sum: Sum
}

/** Merges the histograms into every tier that still holds their time, and into the totals. */
export async function writeLatencies(client: PoolClient, plan: FoldPlan, windows: TierWindows): Promise<void> {
  if (plan.latencies.length === 0) return
  for (const tier of LATENCY_TIERS) {
    const held = rollUpLatencies(plan.latencies, TIERS[tier]).filter((row) => row.bucket >= windows[`latency_${tier}`])
    for (const portion of portionsOf(held)) await mergeTier(client, tier, portion, plan)
  }
  await mergeTotals(client, plan)
}

async function mergeTier(
  client: PoolClient,
  tier: LatencyTier,
  rows: readonly LatencyRow[],
  plan: FoldPlan,
): Promise<void> {
  const ids = rows.map((row) => plan.groups[row.group]?.entry.id ?? 0)
  const buckets = column(rows.map((row) => row.bucket))
  const stored = await client.query<Stored & { bucket: number; group_id: number }>({
    name: `read_latencies_${tier}`,
    text: READ_LATENCIES[tier],
    values: [buckets, column(ids)],
  })
  const held = new Map(stored.rows.map((row) => [`${row.bucket} ${row.group_id}`, row]))
  const sums = rows.map((row, position) => merge(row, held.get(`${row.bucket} ${ids[position]}`)))
  await client.query({
    name: `write_latencies_${tier}`,
    text: WRITE_LATENCIES[tier],
    values: [buckets, column(ids), ...valuesOf(sums)],
  })
}

async function mergeTotals(client: PoolClient, plan: FoldPlan): Promise<void> {
  const totals = new Map<string, TotalSum>()
  for (const row of plan.latencies) {
    const group = plan.groups[row.group]
    if (group === undefined) continue
    const digest = Buffer.from(digestOf(group.labels, [group.class]))
    const name = digest.toString('latin1')
    const held = totals.get(name)
    const sum = held === undefined ? row : add(row, held.sum)
    totals.set(name, { digest, labels: group.labels, class: group.class, sum })
  }
  const rows = [...totals.values()].toSorted((a, b) => Buffer.compare(a.digest, b.digest))
  for (const portion of portionsOf(rows)) await mergeTotalsOf(client, portion)
}

async function mergeTotalsOf(client: PoolClient, rows: readonly TotalSum[]): Promise<void> {
  const digests = rows.map((row) => row.digest)
  const stored = await client.query<Stored & { digest: Buffer }>(READ_TOTAL_LATENCIES, [digests])
  const held = new Map(stored.rows.map((row) => [row.digest.toString('latin1'), row]))
  const sums = rows.map((row) => merge(row.sum, held.get(row.digest.toString('latin1'))))
  await client.query(WRITE_TOTAL_LATENCIES, [
    digests,
    rows.map((row) => clean(row.labels[0] ?? '')),
    rows.map((row) => clean(row.labels[1] ?? '')),
    rows.map((row) => clean(row.labels[2] ?? '')),
    column(rows.map((row) => row.class)),
    ...valuesOf(sums),
  ])
}

const add = (a: Sum, b: Sum): Sum => ({ ...mergeHistograms(a, b), count: a.count + b.count, sumMs: a.sumMs + b.sumMs })

/** A stored histogram of an unknown version keeps its count and sum; its shape is lost rather than the fold. */
function merge(row: Sum, stored: Stored | undefined): Sum {
  if (stored === undefined) return row
  const histogram = decodeHistogram(stored.histogram) ?? EMPTY_HISTOGRAM
  return add(row, { ...histogram, count: Number(stored.count), sumMs: stored.sum_ms })
}

/** Counts, sums and histograms as columns. */
const valuesOf = (sums: readonly Sum[]): unknown[] => [
  column(sums.map((sum) => Math.round(sum.count))),
  column(sums.map((sum) => sum.sumMs)),
  sums.map((sum) => Buffer.from(encodeHistogram(sum))),
]
