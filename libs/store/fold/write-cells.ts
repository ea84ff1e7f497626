import type { PoolClient } from 'pg'
import { digestOf, rollUp, type CellRows } from '#delta'
import { ADD_CELLS, ADD_TOTALS } from '../sql/cells.js'
import { filterCells, sliceCells } from './cell-order.js'
import { clean, column, flags } from './column.js'
import type { FoldPlan, PlannedSeries } from './fold-plan.js'
import { portionsOf, ROWS_AT_ONCE } from './portions.js'
import { TIERS, type Tier, type TierWindows } from './tier-windows.js'
import { STEP, type Turns } from './turns.js'

/** Adds the cells to every tier that still holds their time, and to the totals; returns how many rows were written. */
export async function writeCells(
  client: PoolClient,
  plan: FoldPlan,
  windows: TierWindows,
  routesInTotals: ReadonlySet<string>,
  turns: Turns,
): Promise<number> {
  let written = 0
  for (const tier of Object.keys(TIERS) as Tier[]) {
    const wide = TIERS[tier] === 1 ? plan.cells : rollUp(plan.cells, TIERS[tier])
    const oldest = windows[`cell_${tier}`]
    const held = filterCells(wide, (cell) => (wide.bucket[cell] ?? 0) >= oldest)
    await addCells(client, tier, held, plan.series)
    written += held.length
  }
  await addTotals(client, plan, routesInTotals, turns)
  return written
}

async function addCells(
  client: PoolClient,
  tier: Tier,
  cells: CellRows,
  series: readonly PlannedSeries[],
): Promise<void> {
  for (let from = 0; from < cells.length; from += ROWS_AT_ONCE)
    await addPortion(client, tier, sliceCells(cells, from, from + ROWS_AT_ONCE), series)
}

async function addPortion(
  client: PoolClient,
  tier: Tier,
  cells: CellRows,
  series: readonly PlannedSeries[],
): Promise<void> {
  const ids = Int32Array.from(cells.series, (position) => series[position]?.entry.id ?? 0)
  await client.query({
    name: `add_cells_${tier}`,
    text: ADD_CELLS[tier],
    values: [
      column(cells.bucket),
      column(ids),
      column(whole(cells.count)),
      column(whole(cells.replayed)),
      column(whole(cells.retries)),
      column(cells.bytes),
      column(cells.durationMs),
      flags(cells.estimated),
    ],
  })
}

const LARGEST = 2 ** 53

/** Postgres counts in whole numbers, and takes none beyond 2^63. */
const whole = (counts: Float64Array): Float64Array => counts.map((count) => Math.min(Math.round(count), LARGEST))

interface Total {
  readonly digest: Buffer
  readonly series: PlannedSeries['row']
  readonly route: string
  count: number
  backfilled: number
  bytes: number
  retries: number
}

async function addTotals(
  client: PoolClient,
  { cells, series }: FoldPlan,
  routesInTotals: ReadonlySet<string>,
  turns: Turns,
): Promise<void> {
  if (cells.length === 0) return
  const totals = new Map<string, Total>()
  const totalOf: Total[] = []
  for (const { row } of series) {
    if (totalOf.length % STEP === 0) await turns.next()
    const route = routesInTotals.has(row.route) ? row.route : ''
    const digest = Buffer.from(
      digestOf([row.source, row.gateway, row.service, route], [row.code, row.class, row.outcome]),
    )
    const name = digest.toString('latin1')
    let total = totals.get(name)
    if (total === undefined)
      totals.set(name, (total = { digest, series: row, route, count: 0, backfilled: 0, bytes: 0, retries: 0 }))
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
  const rows = [...totals.values()].toSorted((a, b) => Buffer.compare(a.digest, b.digest))
  for (const portion of portionsOf(rows)) await addTotalsOf(client, portion)
}

async function addTotalsOf(client: PoolClient, rows: readonly Total[]): Promise<void> {
  await client.query({
    name: 'add_totals',
    text: ADD_TOTALS,
    values: [
      rows.map((row) => row.digest),
      rows.map((row) => clean(row.series.source)),
      rows.map((row) => clean(row.series.gateway)),
      rows.map((row) => clean(row.series.service)),
      column(rows.map((row) => row.series.code)),
      column(rows.map((row) => row.series.class)),
      column(rows.map((row) => row.series.outcome)),
      column(whole(Float64Array.from(rows, (row) => row.count))),
      column(whole(Float64Array.from(rows, (row) => row.backfilled))),
      column(rows.map((row) => row.bytes)),
      column(whole(Float64Array.from(rows, (row) => row.retries))),
      rows.map((row) => clean(row.route)),
    ],
  })
}
