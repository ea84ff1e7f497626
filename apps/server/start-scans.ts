import { availableParallelism } from 'node:os'
import type { Catalog } from '#catalog'
import type { Config, Logger, StopOrder } from '#platform'
import { createScanPool } from './ingest/create-scan-pool.js'
import type { Scans } from './ingest/scan.js'
import type { Thread } from './ingest/threads/scan-thread.js'
import { scanSettingsOf, type ScanSettings } from './ingest/threads/scan-settings.js'
import { ScanThreads } from './ingest/threads/scan-threads.js'

/** Begins a thread that scans. */
export type StartScanThread = (settings: ScanSettings) => Thread

interface ScanParts {
  readonly config: Config
  readonly catalog: Catalog
  readonly consumerSalt: string
  readonly log: Logger
  readonly order: StopOrder
  readonly startScanThread: StartScanThread
}

/** Starts what scans bodies. To be started before the journal, which encodes what the threads hold: it stops before them. */
export function startScans({ config, catalog, consumerSalt, log, order, startScanThread }: ScanParts): Scans {
  const takesBodies = config.role === 'all' || config.role === 'ingest'
  const threads = takesBodies ? threadsOf(config.scan.threads) : 0
  const settings = scanSettingsOf(config, threads, consumerSalt)
  const pool = createScanPool(settings, catalog)
  if (threads === 0) return pool
  const begin = (): Thread => startScanThread(settings)
  const scans = new ScanThreads(pool, threads, begin, (error) => log.error({ err: error }, 'a thread that scans died'))
  order.add('scan threads', () => scans.stop())
  return scans
}

/** One core is left to requests and one to the fold and the database; four threads scan more than one main thread takes in. */
const MOST_THREADS = 4

/** How many threads scan on a machine with so many cores. */
export function threadsOf(setting: number | 'auto', cores = availableParallelism()): number {
  return setting === 'auto' ? Math.max(0, Math.min(MOST_THREADS, cores - 2)) : setting
}
