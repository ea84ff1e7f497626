import { readBacklog, type AlertReader, type Database, type QueryService } from '#store'
import type { CountsValues } from './source-families.js'

/** What waits in the journal. */
export async function journalValues(pool: Database['pool'], limitBytes: number): Promise<CountsValues> {
  const { deltas, bytes, oldestMs, setAside } = await readBacklog(pool)
  return {
    statusline_journal_pending: [{ value: deltas, labels: {} }],
    statusline_journal_bytes: [{ value: bytes, labels: {} }],
    statusline_journal_limit_bytes: [{ value: limitBytes, labels: {} }],
    statusline_journal_oldest_seconds: [{ value: oldestMs / 1_000, labels: {} }],
    statusline_journal_set_aside: [{ value: setAside, labels: {} }],
  }
}

/** How full the traffic's part of /metrics is. */
export async function metricSeriesValues(
  query: Pick<QueryService, 'metricSeries'>,
  zeroCodes: readonly number[],
  limit: number,
): Promise<CountsValues> {
  return {
    statusline_metric_series: [{ value: await query.metricSeries(zeroCodes), labels: {} }],
    statusline_metric_series_limit: [{ value: limit, labels: {} }],
  }
}

/** Open alerts, and notices sent so far. */
export async function alertValues(reader: Pick<AlertReader, 'openByState' | 'noticeTotals'>): Promise<CountsValues> {
  const [open, notices] = await Promise.all([reader.openByState(), reader.noticeTotals()])
  return {
    statusline_alerts: Object.entries(open).map(([state, value]) => ({ value, labels: { state } })),
    statusline_notifications_total: notices.map(({ channel, result, count }) => ({
      value: count,
      labels: { channel, result },
    })),
  }
}
