import type { Pool } from 'pg'
import type { AlertBook, EvidenceReader, NoticeOutbox, SignalReader } from '#alert'
import { AlertLease } from './alert-lease.js'
import { AlertReader } from './alert-reader.js'
import { PgAlertBook } from './pg-alert-book.js'
import { PgEvidenceReader } from './pg-evidence-reader.js'
import { PgNoticeOutbox } from './pg-notice-outbox.js'
import { PgSignalReader } from './pg-signal-reader.js'
import { pruneAlerts } from './prune-alerts.js'

/** Everything that alerts keep in Postgres, behind the ports of `libs/alert`. */
export interface AlertStore {
  readonly lease: AlertLease
  readonly book: AlertBook
  readonly signals: SignalReader
  readonly evidence: EvidenceReader
  readonly outbox: NoticeOutbox
  readonly reader: AlertReader
  /** Removes what is no longer needed at `now` (epoch ms); returns the number of rows. */
  prune(now: number): Promise<number>
}

/** The alert store on a pool; `holder` names this process among the replicas. */
export function openAlertStore(pool: Pool, holder: string): AlertStore {
  const lease = new AlertLease(pool, holder)
  return {
    lease,
    book: new PgAlertBook(pool, () => lease.current),
    signals: new PgSignalReader(pool),
    evidence: new PgEvidenceReader(pool),
    outbox: new PgNoticeOutbox(pool),
    reader: new AlertReader(pool),
    prune: (now) => pruneAlerts(pool, now),
  }
}
