import type { PoolClient } from 'pg'
import { rollUpLatencies, type LatencyRow } from '#delta'
import { READ_LATENCIES, WRITE_LATENCIES } from '../sql/latencies.js'
import { column } from './column.js'
import type { FoldPlan } from './fold-plan.js'
import { columnsOf, merge, type StoredLatency } from './latency-sum.js'
import { portionsOf } from './portions.js'
import { TIERS, type TierWindows } from './tier-windows.js'

const LATENCY_TIERS = ['1m', '1h', '1d'] as const
type LatencyTier = (typeof LATENCY_TIERS)[number]

/** Merges the histograms into every tier that still holds their time. */
export async function writeLatencies(client: PoolClient, plan: FoldPlan, windows: TierWindows): Promise<void> {
  if (plan.latencies.length === 0) return
  for (const tier of LATENCY_TIERS) {
    const held = rollUpLatencies(plan.latencies, TIERS[tier]).filter((row) => row.bucket >= windows[`latency_${tier}`])
    for (const portion of portionsOf(held)) await mergeTier(client, tier, portion, plan)
  }
}

async function mergeTier(
  client: PoolClient,
  tier: LatencyTier,
  rows: readonly LatencyRow[],
  plan: FoldPlan,
): Promise<void> {
  const ids = rows.map((row) => plan.groups[row.group]?.entry.id ?? 0)
  const buckets = column(rows.map((row) => row.bucket))
  const stored = await client.query<StoredLatency & { bucket: number; group_id: number }>({
    name: `read_latencies_${tier}`,
    text: READ_LATENCIES[tier],
    values: [buckets, column(ids)],
  })
  const held = new Map(stored.rows.map((row) => [`${row.bucket} ${row.group_id}`, row]))
  const sums = rows.map((row, position) => merge(row, held.get(`${row.bucket} ${ids[position]}`)))
  await client.query({
    name: `write_latencies_${tier}`,
    text: WRITE_LATENCIES[tier],
    values: [buckets, column(ids), ...columnsOf(sums)],
  })
}
