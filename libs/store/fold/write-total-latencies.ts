import type { PoolClient } from 'pg'
import { READ_TOTAL_LATENCIES, WRITE_TOTAL_LATENCIES } from '../sql/latencies.js'
import { clean, column } from './column.js'
import type { FoldPlan } from './fold-plan.js'
import { add, columnsOf, merge, type LatencySum, type StoredLatency } from './latency-sum.js'
import type { LatencyLabels, MetricBook, Placed } from './metric-book.js'
import { portionsOf } from './portions.js'

interface TotalSum extends Placed<LatencyLabels> {
  readonly sum: LatencySum
}

/** Merges the histograms into the totals, under the labels that the budget of /metrics allows. After `writeTotals`. */
export async function writeTotalLatencies(client: PoolClient, plan: FoldPlan, book: MetricBook): Promise<void> {
  const sums = new Map<string, TotalSum>()
  const placed = new Map<number, Placed<LatencyLabels>>()
  for (const row of plan.latencies) {
    const group = plan.groups[row.group]
    if (group === undefined) continue
    let total = placed.get(row.group)
    if (total === undefined) placed.set(row.group, (total = book.latency(labelsOf(group))))
    const name = total.digest.toString('latin1')
    const held = sums.get(name)
    sums.set(name, { ...total, sum: held === undefined ? row : add(row, held.sum) })
  }
  const rows = [...sums.values()].toSorted((a, b) => Buffer.compare(a.digest, b.digest))
  for (const portion of portionsOf(rows)) await mergeTotals(client, portion)
}

function labelsOf({
  labels: [source, gateway, service],
  class: statusClass,
}: FoldPlan['groups'][number]): LatencyLabels {
  return { source, gateway, service, class: statusClass }
}

async function mergeTotals(client: PoolClient, rows: readonly TotalSum[]): Promise<void> {
  const digests = rows.map((row) => row.digest)
  const stored = await client.query<StoredLatency & { digest: Buffer }>(READ_TOTAL_LATENCIES, [digests])
  const held = new Map(stored.rows.map((row) => [row.digest.toString('latin1'), row]))
  const sums = rows.map((row) => merge(row.sum, held.get(row.digest.toString('latin1'))))
  await client.query(WRITE_TOTAL_LATENCIES, [
    digests,
    rows.map(({ labels }) => clean(labels.source)),
    rows.map(({ labels }) => clean(labels.gateway)),
    rows.map(({ labels }) => clean(labels.service)),
    column(rows.map(({ labels }) => labels.class)),
    ...columnsOf(sums),
  ])
}
