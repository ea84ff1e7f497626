export { AlertLease } from './alert-lease.js'
export {
  type AlertCursor,
  type AlertPage,
  type AlertQuery,
  AlertReader,
  type NoticeTotal,
  type StoredAlert,
  type StoredTransition,
} from './alert-reader.js'
export { type AlertStore, openAlertStore } from './alert-store.js'
export { PgAlertBook } from './pg-alert-book.js'
export { PgEvidenceReader } from './pg-evidence-reader.js'
export { PgNoticeOutbox } from './pg-notice-outbox.js'
export { PgSignalReader } from './pg-signal-reader.js'
export { pruneAlerts } from './prune-alerts.js'
