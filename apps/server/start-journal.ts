import type { SealedBatch } from '#delta'
import { type Config, type Logger, type SelfMetrics, type StopOrder } from '#platform'
import {
  GroupedJournal,
  Journal,
  JournalUnavailable,
  PostgresJournal,
  type AppendResult,
  type Background,
  type Folding,
  type QuarantineLimits,
} from '#store'
import type { AppendHealth } from './health/append-health.js'
import type { JournalRoom } from './ingest/journal-room.js'
import type { ProcessNumbers } from './metrics/process-numbers.js'
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
  readonly numbers: ProcessNumbers
  readonly room: JournalRoom
}

/** Starts the journal, and the fold where the role has one. At the stop the journal closes first, then the rest is folded. */
export function startJournal(parts: JournalParts): GroupedJournal {
  const { config, database, metrics, order, numbers } = parts
  const fold = config.role === 'all' || config.role === 'fold' ? beginFold(parts) : null
  const dropped = metrics.counter('statusline_quarantine_dropped_total')
  const quarantine = quarantineLimits(config)
  const inner = new PostgresJournal(database.pool, {
    quarantine,
    dropped: (records) => dropped.inc(records),
  })
  const journal = new GroupedJournal(new WatchedJournal(inner, parts), { appended: () => fold?.wake() })
  numbers.add(() => bringNumbers(metrics, journal, inner, quarantine.all))
  order.add('journal', () => journal.close())
  return journal
}

function bringNumbers(metrics: SelfMetrics, journal: GroupedJournal, inner: PostgresJournal, records: number): void {
  const { batches, batchesLimit, events, eventsLimit } = journal.waiting()
  metrics.gauge('statusline_append_waiting').set(batches)
  metrics.gauge('statusline_append_waiting_limit').set(batchesLimit)
  metrics.gauge('statusline_append_waiting_events').set(events)
  metrics.gauge('statusline_append_waiting_events_limit').set(eventsLimit)
  metrics.gauge('statusline_quarantine_records').set(inner.quarantinedToday)
  metrics.gauge('statusline_quarantine_records_limit').set(records)
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

/** Measures every append, and lets the readiness know how it ended. Appends nothing while too much waits to be folded. */
class WatchedJournal extends Journal {
  constructor(
    private readonly inner: Journal,
    private readonly parts: Pick<JournalParts, 'metrics' | 'appends' | 'room'>,
  ) {
    super()
  }

  override async append(batches: readonly SealedBatch[]): Promise<AppendResult[]> {
    const { appends, metrics, room } = this.parts
    if (room.full) throw new JournalUnavailable('too much waits to be folded')
    const startedMs = performance.now()
    const results = await appends.watch(this.inner.append(batches))
    metrics.histogram('statusline_append_seconds').observe((performance.now() - startedMs) / 1_000)
    return results
  }

  override file(fingerprint: Uint8Array): ReturnType<Journal['file']> {
    return this.inner.file(fingerprint)
  }
}
