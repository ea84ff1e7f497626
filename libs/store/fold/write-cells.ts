import type { PoolClient } from 'pg'
import { rollUp, type CellRows } from '#delta'
import { ADD_CELLS } from '../sql/cells.js'
import { filterCells, sliceCells } from './cell-order.js'
import { column, flags, whole } from './column.js'
import type { FoldPlan, PlannedSeries } from './fold-plan.js'
import { ROWS_AT_ONCE } from './portions.js'
import { TIERS, type Tier, type TierWindows } from './tier-windows.js'

/** Adds the cells to every tier that still holds their time; returns how many rows were written. */
export async function writeCells(client: PoolClient, plan: FoldPlan, windows: TierWindows): Promise<number> {
  let written = 0
  for (const tier of Object.keys(TIERS) as Tier[]) {
    const wide = TIERS[tier] === 1 ? plan.cells : rollUp(plan.cells, TIERS[tier])
    const oldest = windows[`cell_${tier}`]
    const held = filterCells(wide, (cell) => (wide.bucket[cell] ?? 0) >= oldest)
    await addCells(client, tier, held, plan.series)
    written += held.length
  }
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
