import type { Snapshot } from '../query/snapshot.js'
import { TOTALS_SQL, TOTAL_LATENCIES_SQL } from '../query/statements/totals-sql.js'
import type { TrafficText } from './traffic-metrics.js'
import { TrafficWriter, type TotalLatencyRow, type TotalRow, type TrafficLabels } from './traffic-writer.js'

/** Writes the traffic metrics from the totals of one moment, row by row as they are read. */
export async function readTraffic(snapshot: Snapshot, labels: TrafficLabels): Promise<TrafficText[]> {
  const writer = new TrafficWriter(labels)
  await snapshot.each<TotalRow>(TOTALS_SQL, (row) => writer.total(row))
  await snapshot.each<TotalLatencyRow>(TOTAL_LATENCIES_SQL, (row) => writer.latency(row))
  return writer.end()
}
