import { OUTCOMES, STATUS_CLASSES, type Outcome, type StatusClass } from '#catalog'
import { chargeOf } from '../fold/metric-charge.js'
import type { Snapshot } from './snapshot.js'
import { METRIC_PLACES_SQL, TOTALS_SQL, TOTAL_LATENCIES_SQL } from './statements/totals-sql.js'

/** Everything ever counted for one set of labels. */
export interface Total {
  readonly source: string
  readonly gateway: string
  readonly service: string
  /** Empty but for routes that have a label of their own. */
  readonly route: string
  /** Null where no response was sent. */
  readonly code: number | null
  readonly class: StatusClass
  readonly outcome: Outcome
  /** Backfilled events included. */
  readonly count: number
  /** Of count: replayed, or far behind the source's watermark. */
  readonly backfilled: number
  readonly bytes: number
  readonly retries: number
}

/** All durations ever measured for one set of labels, as a stored histogram. */
export interface TotalLatency {
  readonly source: string
  readonly gateway: string
  readonly service: string
  readonly class: StatusClass
  readonly count: number
  readonly sumMs: number
  readonly histogram: Uint8Array
}

/** What /metrics shows: totals since the first event, of one moment, each ordered by source, gateway, service. */
export interface Totals {
  readonly counts: readonly Total[]
  readonly latencies: readonly TotalLatency[]
}

type TotalRow = Omit<Total, 'code' | 'class' | 'outcome'> & {
  readonly code: number
  readonly class: number
  readonly outcome: number
}
type TotalLatencyRow = Omit<TotalLatency, 'class' | 'sumMs'> & { readonly class: number; readonly sum_ms: number }

/** Reads the totals. */
export async function readTotals(snapshot: Snapshot): Promise<Totals> {
  const counts: Total[] = []
  const latencies: TotalLatency[] = []
  await snapshot.each<TotalRow>(TOTALS_SQL, (row) =>
    counts.push({
      ...row,
      code: row.code === 0 ? null : row.code,
      class: STATUS_CLASSES[row.class] ?? 'none',
      outcome: OUTCOMES[row.outcome] ?? 'unknown',
    }),
  )
  await snapshot.each<TotalLatencyRow>(TOTAL_LATENCIES_SQL, ({ sum_ms, ...row }) =>
    latencies.push({ ...row, class: STATUS_CLASSES[row.class] ?? 'none', sumMs: sum_ms }),
  )
  return { counts, latencies }
}

interface PlaceCount {
  readonly rows: number
  readonly classes: number
  readonly places: number
}

/** Series that the totals take of the budget of /metrics, where every service shows `zeroCodes` anyway. */
export async function readMetricSeries(snapshot: Snapshot, zeroCodes: readonly number[]): Promise<number> {
  const shown = [...new Set(zeroCodes)]
  const counts = await snapshot.rows<PlaceCount>({ text: METRIC_PLACES_SQL, values: [shown] })
  return counts.reduce((sum, { places, ...place }) => sum + places * chargeOf(place, shown.length), 0)
}
