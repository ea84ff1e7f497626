import type { PoolClient } from 'pg'
import { OLDEST_PARTITIONS } from '../sql/partitions.js'

/** Tiers of cells: buckets of ten seconds in one of theirs. */
export const TIERS = { '10s': 1, '1m': 6, '1h': 360, '1d': 8640 } as const
export type Tier = keyof typeof TIERS

/** Tables whose rows are only written where a partition still holds them. */
export const WINDOWED = [
  'cell_10s',
  'cell_1m',
  'cell_1h',
  'cell_1d',
  'rollup_10s',
  'rollup_1m',
  'rollup_1h',
  'rollup_1d',
  'latency_1m',
  'latency_1h',
  'latency_1d',
  'sample',
  'consumer_1m',
] as const
export type Windowed = (typeof WINDOWED)[number]

/** The oldest bucket that each table still holds; older rows fill the wider tiers only. */
export type TierWindows = Readonly<Record<Windowed, number>>

/** Reads them from the partitions that exist: what retention has dropped is gone, whatever the clock says. */
export async function readWindows(client: PoolClient): Promise<TierWindows> {
  const { rows } = await client.query<{ name: Windowed; oldest: number | null }>(OLDEST_PARTITIONS, [WINDOWED])
  const windows: Record<string, number> = {}
  for (const name of WINDOWED) windows[name] = rows.find((row) => row.name === name)?.oldest ?? Infinity
  return windows as TierWindows
}
