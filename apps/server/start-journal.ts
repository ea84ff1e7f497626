import type { SealedBatch } from '#delta'
import { type Config, type Logger, type SelfMetrics, type StopOrder } from '#platform'
import {
  Folder,
  FoldLoop,
  GroupedJournal,
  Journal,
  PostgresJournal,
  type AppendResult,
  type Database,
  type QuarantineLimits,
} from '#store'
import type { AppendHealth } from './health/append-health.js'
import { retentionOf } from './start-database.js'

interface JournalParts {
  readonly config: Config
  readonly database: Database
  readonly metrics: SelfMetrics
  readonly log: Logger
  readonly order: StopOrder
  readonly holder: string
  readonly appends: AppendHealth
}

/** Starts the journal, and the fold where the role has one. At the stop the journal closes first, then the rest is folded. */
export function startJournal(parts: JournalParts): GroupedJournal {
  const { config, database, metrics, order, appends } = parts
  const fold = config.role === 'all' || config.role === 'fold' ? startFold(parts) : null
  const dropped = metrics.counter('statusline_quarantine_dropped_total')
  const inner = new PostgresJournal(database.pool, {
    quarantine: quarantineLimits(config),
    dropped: (records) => dropped.inc(records),
  })
  const journal = new GroupedJournal(new WatchedJournal(inner, metrics, appends), { appended: () => fold?.wake() })
  order.add('journal', () => journal.close())
  return journal
}

const TOTAL_QUARANTINE_SHARES = 20

function quarantineLimits({ quarantine, retention }: Config): QuarantineLimits {
  if (!quarantine.enabled) return { perSource: 0, all: 0, keepRecords: false }
  const perSource = retention.quarantinePerSource
  return { perSource, all: TOTAL_QUARANTINE_SHARES * perSource, keepRecords: quarantine.keepBodies }
}

const FINAL_FOLD_MS = 20_000

function startFold({ config, database, metrics, log, order, holder }: JournalParts): FoldLoop {
  const { sources, seriesPerSource, series, routesPerService, metricSeries } = config.budgets
  const folder = new Folder(database.pool, {
    holder,
    budget: { sources, seriesPerSource, series, routesPerService, metricSeries },
    retention: retentionOf(config),
    routesInTotals: new Set(config.metrics.routes),
    zeroCodes: config.zeroCodes,
  })
  const seconds = metrics.histogram('statusline_fold_seconds')
  const loop = new FoldLoop(folder, {
    idleMs: config.foldIntervalMs,
    folded: (report, durationMs) => {
      seconds.observe(durationMs / 1_000)
      if (report.failed + report.setAside > 0) log.error({ report }, 'deltas failed to fold')
      else log.debug({ report, durationMs }, 'folded')
    },
    failed: (error) => log.warn({ err: error }, 'fold failed; it is tried again'),
  })
  loop.start()
  order.add('fold', () => foldTheRest(loop, folder), 2 * FINAL_FOLD_MS)
  return loop
}

/** So that the counts are complete when the process is gone. What does not fit into the time stays safe in the journal. */
async function foldTheRest(loop: FoldLoop, folder: Folder): Promise<void> {
  await loop.stop()
  const untilMs = performance.now() + FINAL_FOLD_MS
  while ((await folder.foldOnce()).more && performance.now() < untilMs);
  await folder.release()
}

/** Measures every append, and lets the readiness know how it ended. */
class WatchedJournal extends Journal {
  constructor(
    private readonly inner: Journal,
    private readonly metrics: SelfMetrics,
    private readonly appends: AppendHealth,
  ) {
    super()
  }

  override async append(batches: readonly SealedBatch[]): Promise<AppendResult[]> {
    const startedMs = performance.now()
    const results = await this.appends.watch(this.inner.append(batches))
    this.metrics.histogram('statusline_append_seconds').observe((performance.now() - startedMs) / 1_000)
    return results
  }

  override file(fingerprint: Uint8Array): ReturnType<Journal['file']> {
    return this.inner.file(fingerprint)
  }
}
