import type { RouteWriter } from '#event'
import type { Delivery } from './delta.js'
import type { LabelTable } from './label-table.js'

/** A longer told duration counts as this: a week. Keeps every sum exact. */
export const MAX_DURATION_MS = 604_800_000
/** A larger told response counts as this: 1 TiB. */
export const MAX_RESPONSE_BYTES = 2 ** 40

export interface TallyLimits {
  /** Events older than this before arrival are `too_old`; for a replay the coarsest retention. */
  readonly lateMs: number
  /** Events further than this after arrival are `in_future`. */
  readonly futureMs: number
  /** Series of one batch; up to half as many again are `{other}` series. */
  readonly maxSeries: number
}

export const DEFAULT_TALLY_LIMITS: TallyLimits = { lateMs: 48 * 3_600_000, futureMs: 600_000, maxSeries: 10_000 }

/** What gives a path its route: `routeWriter` of #event. */
export type WriteRoute = RouteWriter

export interface TallyOptions {
  readonly source: string
  readonly table: LabelTable
  readonly arrivedAtMs: number
  /** True for `statusline replay`. */
  readonly replayed: boolean
  /** True for records that come back from quarantine. */
  readonly fromQuarantine?: boolean
  readonly delivery: Delivery
  /** `Catalog.outcomeTable(source)`. */
  readonly outcomes: Uint8Array
  /** `Catalog.ownerTable(source)`. */
  readonly owners: Uint8Array
  readonly writeRoute: WriteRoute
  readonly limits?: TallyLimits
  /** Set: consumers are kept as hashes with this salt. */
  readonly consumerSalt?: string | null
}
