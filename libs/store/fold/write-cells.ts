import type { PoolClient } from 'pg'
import { rollUp, type CellRows } from '#delta'
import { ADD_CELLS } from '../sql/cells.js'
import { filterCells, inOrder, replaceSeries, sliceCells } from './cell-order.js'
import { column, flags, rare, whole } from './column.js'
import type { FoldPlan } from './fold-plan.js'
import { ROWS_AT_ONCE } from './portions.js'
import type { SeriesBook } from './series-book.js'
import { TIERS, type Tier, type TierWindows } from './tier-windows.js'

/** Adds the cells to every tier that still holds their time, and to their rollups; returns how many cells were written. */
export async function writeCells(
  client: PoolClient,
  plan: FoldPlan,
  book: SeriesBook,
  windows: TierWindows,
): Promise<number> {
  const ids = plan.series.map(({ entry }) => entry.id)
  const rollups = plan.series.map(({ entry }) => book.rollupOf(entry))
  const written = await writeTiers(client, 'cell', cellsUnder(plan, ids), windows)
  await writeTiers(client, 'rollup', cellsUnder(plan, rollups), windows)
  return written
}

/** By ascending id, rows that are new in a bucket lie together and fill their pages: a quarter less index, a tenth less heap. */
const cellsUnder = (plan: FoldPlan, ids: readonly number[]): CellRows =>
  inOrder(replaceSeries(plan.cells, Int32Array.from(ids)))

/** The series of these cells are ids already. */
async function writeTiers(
  client: PoolClient,
  table: keyof typeof ADD_CELLS,
  cells: CellRows,
  windows: TierWindows,
): Promise<number> {
  let written = 0
  for (const tier of Object.keys(TIERS) as Tier[]) {
    const wide = TIERS[tier] === 1 ? cells : rollUp(cells, TIERS[tier])
    const oldest = windows[`${table}_${tier}`]
    const held = filterCells(wide, (cell) => (wide.bucket[cell] ?? 0) >= oldest)
    for (let from = 0; from < held.length; from += ROWS_AT_ONCE)
      await addPortion(client, table, tier, sliceCells(held, from, from + ROWS_AT_ONCE))
    written += held.length
  }
  return written
}

async function addPortion(
  client: PoolClient,
  table: keyof typeof ADD_CELLS,
  tier: Tier,
  cells: CellRows,
): Promise<void> {
  await client.query({
    name: `add_${table}_${tier}`,
    text: ADD_CELLS[table][tier],
    values: [
      column(cells.bucket),
      column(cells.series),
      column(whole(cells.count)),
      rare(whole(cells.replayed)),
      rare(whole(cells.retries)),
      column(cells.bytes),
      flags(cells.estimated),
    ],
  })
}
