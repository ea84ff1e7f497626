import { readBacklog, type AlertReader, type Database } from '#store'
import type { CountsValues } from './source-families.js'

/** What waits in the journal. */
export async function journalValues(pool: Database['pool']): Promise<CountsValues> {
  const { deltas, setAside } = await readBacklog(pool)
  return {
    statusline_journal_pending: [{ value: deltas, labels: {} }],
    statusline_journal_set_aside: [{ value: setAside, labels: {} }],
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
