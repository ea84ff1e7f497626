import { chargeOf } from '../fold/metric-charge.js'
import type { Snapshot } from './snapshot.js'
import { METRIC_PLACES_SQL } from './statements/totals-sql.js'

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
