export { ApiKeys, type ApiKey, type NewApiKey } from './api-keys.js'
export * from './alert/index.js'
export { backgroundHere, type Background, type BeginBackground } from './background/background.js'
export { BackgroundThread } from './background/background-thread.js'
export { openDatabase, type Database } from './database.js'
export { type PoolOptions } from './pool.js'
export { DatabaseRefused } from './database-refused.js'
export { checkDurability, type Durability } from './durability.js'
export { ApiKeyRow, QuarantineRow, ShippedFileRow, SourceRow } from './entities/index.js'
export { listSetAside, readBacklog, retrySetAside, type Backlog, type SetAside } from './fold/backlog.js'
export { DEFAULT_BUDGET, type Budget } from './fold/budget.js'
export { FoldLoop, type FoldLoopOptions } from './fold/fold-loop.js'
export { Folder, type FolderOptions, type FoldReport } from './fold/folder.js'
export { type Folding, type FoldingOptions, type FoldWatch } from './fold/folding.js'
export { OTHER } from './fold/overflow.js'
export { GroupedJournal, type GroupedJournalOptions } from './grouped-journal.js'
export { Journal, JournalUnavailable, type AppendResult } from './journal.js'
export { acquireLease, holdLease, LeaseLost, releaseLease, renewLease, type Lease } from './lease.js'
export { mask } from './mask.js'
export { migrate, type MigrateOptions } from './migrate.js'
export {
  DEFAULT_RETENTION,
  ensurePartitions,
  listPartitions,
  partitionedTables,
  type Partition,
  type Retention,
} from './partitions.js'
export { PostgresJournal, type PostgresJournalOptions } from './postgres-journal.js'
export {
  Quarantine,
  type Quarantined,
  type QuarantineFilter,
  type QuarantinePage,
  type Replayable,
} from './quarantine.js'
export { type QuarantineLimits } from './append/quarantine-share.js'
export { type BriefLock } from './brief-lock.js'
export { closedAfterMs, Packing, type PackingOptions, type PackingReport } from './packing/packing.js'
export { dropExpired, dropOldest10s, type Dropped } from './retention.js'
export * from './query/index.js'
export { SourceDirectory } from './source-directory.js'
export { storedSecret } from './stored-secret.js'
export { escaped, labelText } from './traffic/label-text.js'
export { numberText } from './traffic/number-text.js'
export { TRAFFIC_METRICS, type TrafficText } from './traffic/traffic-metrics.js'
export { type TrafficOptions } from './traffic/traffic-reader.js'
export { STEP, Turns } from './turns.js'
export { Upkeep, type UpkeepOptions, type UpkeepReport } from './upkeep.js'
export { probeWrite } from './write-probe.js'
