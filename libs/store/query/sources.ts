import { DELIVERIES, type Delivery, type Ledger } from '#delta'
import type { Snapshot } from './snapshot.js'
import { SOURCES_SQL } from './statements/sources-sql.js'

/** Where logs come from, and what became of their events. */
export interface Source {
  readonly name: string
  /** Newest event time, epoch ms; null: no event yet. */
  readonly lastEventMs: number | null
  readonly lastArrivalMs: number | null
  /** How long events take to arrive, smoothed, ms. */
  readonly lagMs: number | null
  readonly health: readonly string[]
  readonly delivery: Delivery
  readonly ledger: Omit<Ledger, 'rejectedBy'>
  readonly rejectedBy: Ledger['rejectedBy']
  readonly seriesUsed: number
  readonly seriesBudget: number
}

interface SourceRow {
  readonly name: string
  readonly watermark_ms: number
  readonly last_arrival_ms: number
  readonly lag_ms: number | null
  readonly delivery: number
  readonly health: string[]
  readonly received: number
  readonly accepted: number
  readonly duplicate: number
  readonly rejected: number
  readonly shed: number
  readonly replayed: number
  readonly series_used: number
  readonly rejected_by: Ledger['rejectedBy']
}

/** Reads every source, by name. */
export async function readSources(snapshot: Snapshot, seriesBudget: number): Promise<Source[]> {
  const rows = await snapshot.rows<SourceRow>({ text: SOURCES_SQL, values: [] })
  return rows.map((row) => {
    const { received, accepted, duplicate, rejected, shed, replayed, rejected_by: rejectedBy } = row
    return {
      name: row.name,
      lastEventMs: row.watermark_ms === 0 ? null : row.watermark_ms,
      lastArrivalMs: row.last_arrival_ms === 0 ? null : row.last_arrival_ms,
      lagMs: row.lag_ms,
      health: row.health,
      delivery: DELIVERIES[row.delivery] ?? 'best_effort',
      ledger: { received, accepted, duplicate, rejected, shed, replayed },
      rejectedBy,
      seriesUsed: row.series_used,
      seriesBudget,
    }
  })
}
