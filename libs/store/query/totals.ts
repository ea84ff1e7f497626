import { OUTCOMES, STATUS_CLASSES, type Outcome, type StatusClass } from '#catalog'
import type { Snapshot } from './snapshot.js'
import { TOTALS_SQL, TOTAL_LATENCIES_SQL } from './statements/totals-sql.js'

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

/** What /metrics shows: totals since the first event, of one moment, ordered by their labels. */
export interface Totals {
  readonly counts: readonly Total[]
  readonly latencies: readonly TotalLatency[]
  /** Every (source, gateway, service) that was ever heard of. */
  readonly known: readonly Pick<Total, 'source' | 'gateway' | 'service'>[]
}

type TotalRow = Omit<Total, 'code' | 'class' | 'outcome'> & {
  readonly code: number
  readonly class: number
  readonly outcome: number
}
type TotalLatencyRow = Omit<TotalLatency, 'class' | 'sumMs'> & { readonly class: number; readonly sum_ms: number }

/** Reads the totals. */
export async function readTotals(snapshot: Snapshot): Promise<Totals> {
  const counts = (await snapshot.rows<TotalRow>({ text: TOTALS_SQL, values: [] })).map((row) => ({
    ...row,
    code: row.code === 0 ? null : row.code,
    class: STATUS_CLASSES[row.class] ?? 'none',
    outcome: OUTCOMES[row.outcome] ?? 'unknown',
  }))
  const latencies = (await snapshot.rows<TotalLatencyRow>({ text: TOTAL_LATENCIES_SQL, values: [] })).map(
    ({ sum_ms, ...row }) => ({ ...row, class: STATUS_CLASSES[row.class] ?? 'none', sumMs: sum_ms }),
  )
  return { counts, latencies, known: knownIn(counts) }
}

function knownIn(counts: readonly Total[]): Totals['known'] {
  const known = new Map<string, Totals['known'][number]>()
  for (const { source, gateway, service } of counts)
    known.set(JSON.stringify([source, gateway, service]), { source, gateway, service })
  return [...known.values()]
}
