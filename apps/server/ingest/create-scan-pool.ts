import type { Catalog } from '#catalog'
import { ownFormats, routeWriter } from '#event'
import type { Config } from '#platform'
import { LabelTables } from './label-tables.js'
import { ScanPool } from './scan-pool.js'

const DAY_MS = 86_400_000

/** The scans of a server, by its settings. */
export function createScanPool(config: Config, catalog: Catalog, consumerSalt: string): ScanPool {
  return new ScanPool({
    catalog,
    consumerSalt,
    tables: new LabelTables(config.budgets.sources),
    sources: config.sources,
    formats: ownFormats(config.formats).formats,
    maxRecordBytes: config.limits.lineBytes,
    replayLateMs: config.retention.daysYears * 366 * DAY_MS,
    routeWriter,
  })
}
