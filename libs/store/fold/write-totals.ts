import type { PoolClient } from 'pg'
import { ADD_TOTALS } from '../sql/totals.js'
import { clean, column, whole } from './column.js'
import type { FoldPlan, PlannedSeries } from './fold-plan.js'
import type { MetricBook, Placed, PlaceLabels, TotalLabels } from './metric-book.js'
import { portionsOf } from './portions.js'

interface Sum {
  count: number
  backfilled: number
  bytes: number
  retries: number
}

interface Total extends Sum {
  readonly labels: TotalLabels
}

/** Adds the cells to the totals, under the labels that the budget of /metrics allows. */
export async function writeTotals(
  client: PoolClient,
  plan: FoldPlan,
  book: MetricBook,
  routesInTotals: ReadonlySet<string>,
): Promise<void> {
  if (plan.cells.length === 0) return
  const totals = totalsOf(plan, routesInTotals)
  const timed = new Set(plan.groups.map(({ labels }) => JSON.stringify(labels)))
  const placed = new Map<string, Placed<TotalLabels> & Sum>()
  // In the order of labels: the same deltas meet the same budget.
  for (const [, total] of totals) {
    const to = book.total(total.labels, total.backfilled > 0, timed.has(placeName(total.labels)))
    const name = to.digest.toString('latin1')
    const held = placed.get(name)
    if (held === undefined) placed.set(name, { ...total, ...to })
    else addTo(held, total)
  }
  const rows = [...placed.values()].toSorted((a, b) => Buffer.compare(a.digest, b.digest))
  for (const portion of portionsOf(rows)) await addTotals(client, portion)
}

const placeName = ({ source, gateway, service }: PlaceLabels): string => JSON.stringify([source, gateway, service])

/** The sum of each set of labels, by its name, in the order of names. */
function totalsOf({ cells, series }: FoldPlan, routesInTotals: ReadonlySet<string>): [string, Total][] {
  const totals = new Map<string, Total>()
  const totalOf: Total[] = []
  for (const { row } of series) {
    const labels = labelsOf(row, routesInTotals)
    const name = JSON.stringify(Object.values(labels))
    let total = totals.get(name)
    if (total === undefined) totals.set(name, (total = { labels, count: 0, backfilled: 0, bytes: 0, retries: 0 }))
    totalOf.push(total)
  }
  for (let cell = 0; cell < cells.length; cell++) {
    const total = totalOf[cells.series[cell] ?? 0]
    if (total === undefined) continue
    total.count += cells.count[cell] ?? 0
    total.backfilled += cells.replayed[cell] ?? 0
    total.bytes += cells.bytes[cell] ?? 0
    total.retries += cells.retries[cell] ?? 0
  }
  return [...totals].toSorted(([a], [b]) => (a < b ? -1 : 1))
}

function labelsOf(row: PlannedSeries['row'], routesInTotals: ReadonlySet<string>): TotalLabels {
  const { source, gateway, service, code, class: statusClass, outcome } = row
  const route = routesInTotals.has(row.route) ? row.route : ''
  return { source, gateway, service, route, code, class: statusClass, outcome }
}

function addTo(sum: Sum, more: Sum): void {
  sum.count += more.count
  sum.backfilled += more.backfilled
  sum.bytes += more.bytes
  sum.retries += more.retries
}

async function addTotals(client: PoolClient, rows: readonly (Placed<TotalLabels> & Sum)[]): Promise<void> {
  await client.query({
    name: 'add_totals',
    text: ADD_TOTALS,
    values: [
      rows.map(({ digest }) => digest),
      rows.map(({ labels }) => clean(labels.source)),
      rows.map(({ labels }) => clean(labels.gateway)),
      rows.map(({ labels }) => clean(labels.service)),
      column(rows.map(({ labels }) => labels.code)),
      column(rows.map(({ labels }) => labels.class)),
      column(rows.map(({ labels }) => labels.outcome)),
      column(whole(Float64Array.from(rows, (row) => row.count))),
      column(whole(Float64Array.from(rows, (row) => row.backfilled))),
      column(rows.map((row) => row.bytes)),
      column(whole(Float64Array.from(rows, (row) => row.retries))),
      rows.map(({ labels }) => clean(labels.route)),
    ],
  })
}
