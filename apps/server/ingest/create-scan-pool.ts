import { Catalog, overlaysFrom } from '#catalog'
import { labelLimitsFor } from '#delta'
import { ownFormats, routeWriter } from '#event'
import { LabelTables, LABEL_BYTES } from './label-tables.js'
import { KEPT_BYTES, ScanPool } from './scan-pool.js'
import type { ScanSettings } from './threads/scan-settings.js'

/** For the rejected records of all bodies under way. */
const REJECT_BYTES = 32 * 1024 * 1024

/** The scans of one thread, by the server's settings. */
export function createScanPool(settings: ScanSettings, catalog = new Catalog(overlaysFrom(settings.codes))): ScanPool {
  const { formats, sources, maxSources, maxRecordBytes, replayLateMs, consumerSalt, shares } = settings
  const { seriesPerSource, routesPerService } = settings
  return new ScanPool({
    catalog,
    consumerSalt,
    tables: new LabelTables(maxSources, LABEL_BYTES / shares, labelLimitsFor(seriesPerSource, routesPerService)),
    sources,
    formats: ownFormats(formats).formats,
    maxRecordBytes,
    replayLateMs,
    seriesPerSource,
    routeWriter,
    rejectBytes: REJECT_BYTES / shares,
    keptBytes: KEPT_BYTES / shares,
  })
}
