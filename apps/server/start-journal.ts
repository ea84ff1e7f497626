import type { SealedBatch } from '#delta'
import { type Config, type Logger, type SelfMetrics, type StopOrder } from '#platform'
import {
  GroupedJournal,
  Journal,
  PostgresJournal,
  type AppendResult,
  type Background,
  type Folding,
  type QuarantineLimits,
} from '#store'
import type { AppendHealth } from './health/append-health.js'
import { retentionOf, type StartedDatabase } from './start-database.js'

interface JournalParts {
  readonly config: Config
  readonly database: StartedDatabase
  readonly metrics: SelfMetrics
  readonly log: Logger
  readonly order: StopOrder
  readonly holder: string
  readonly appends: AppendHealth
  readonly background: Background
}

/** Starts the journal, and the fold where the role has one. At the stop the journal closes first, then the rest is folded. */
export function startJournal(parts: JournalParts): GroupedJournal {
  const { config, database, metrics, order, appends } = parts
  const fold = config.role === 'all' || config.role === 'fold' ? beginFold(parts) : null
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

const STOP_MS = 40_000

function beginFold({ config, database, metrics, log, order, holder, background }: JournalParts): Folding {
  const { sources, seriesPerSource, series, routesPerService, metricSeries } = config.budgets
  const { url, silenceTimeoutMs } = database
  const folder = {
    holder,
    budget: { sources, seriesPerSource, series, routesPerService, metricSeries },
    retention: retentionOf(config),
    routesInTotals: new Set(config.metrics.routes),
    zeroCodes: config.zeroCodes,
  }
  const seconds = metrics.histogram('statusline_fold_seconds')
  const folding = background.fold(
    { url, silenceTimeoutMs, idleMs: config.foldIntervalMs, folder },
    {
      folded: (report, durationMs) => {
        seconds.observe(durationMs / 1_000)
        if (report.failed + report.setAside > 0) log.error({ report }, 'deltas failed to fold')
        else log.debug({ report, durationMs }, 'folded')
      },
      failed: (error) => log.warn({ err: error }, 'fold failed; it is tried again'),
    },
  )
  order.add('fold', () => folding.stop(), STOP_MS)
  return folding
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
