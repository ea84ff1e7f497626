import { createHash } from 'node:crypto'
import { hostname } from 'node:os'
import { changedRules, defaultRules, type Rule } from '#alert'
import { Catalog, overlaysFrom } from '#catalog'
import { mayListen, SelfMetrics, SystemClock, type Config, type Logger, type StopOrder } from '#platform'
import {
  ApiKeyRow,
  DEFAULT_QUERY_LIMITS,
  openAlertStore,
  QueryService,
  SourceDirectory,
  type Database,
  type QueryLimits,
} from '#store'
import { createApp } from './create-app.js'
import { databaseReadiness } from './health/database-readiness.js'
import { Health } from './health/health.js'
import { StoredKeys } from './http/stored-keys.js'
import { createScanPool } from './ingest/create-scan-pool.js'
import { serveHttp } from './serve-http.js'
import { retentionOf, startDatabase, startUpkeep } from './start-database.js'
import { StartRefused } from './start-failure.js'
import { startJournal } from './start-journal.js'

/**
 * Starts everything that the role asks for and resolves with the address once requests are answered. `onLost` hears of a part
 * that ended although nobody asked it to.
 */
export async function startServer(
  config: Config,
  log: Logger,
  order: StopOrder,
  onLost: (reason: string) => void,
): Promise<string> {
  const clock = new SystemClock()
  const metrics = new SelfMetrics()
  const catalog = new Catalog(overlaysFrom(config.codes))
  const rules = rulesOf(config)
  const holder = holderOf(config)
  const database = await startDatabase(config, log, order, onLost)
  await startUpkeep({
    database,
    retention: retentionOf(config),
    diskLimitBytes: config.retention.diskBytes ?? null,
    clock,
    log,
    order,
    holder,
  })
  const keys = await startKeys(config, database, clock, order)
  const journal = startJournal({ config, database, metrics, log, order, holder })
  const health = new Health([databaseReadiness(database.pool, clock)])
  const query = new QueryService(database.pool, () => clock.now(), queryLimitsOf(config))
  const scans = createScanPool(config, catalog, consumerSaltOf(config))
  const alertStore = openAlertStore(database.pool, holder)
  const sources = new SourceDirectory(database.pool, clock, config.budgets)
  const parts = {
    config,
    log,
    clock,
    metrics,
    health,
    journal,
    sources,
    database,
    catalog,
    rules,
    query,
    alertStore,
    scans,
    keys,
  }
  const app = await createApp(parts)
  return serveHttp(app, parts, order)
}

/** Keys decide where the server may listen. */
async function startKeys(
  config: Config,
  database: Database,
  clock: SystemClock,
  order: StopOrder,
): Promise<StoredKeys> {
  const rows = database.dataSource.getRepository(ApiKeyRow)
  const keys = new StoredKeys(() => rows.find(), config.adminKey?.reveal(), clock)
  await keys.load()
  if (!mayListen(config.host, keys.required))
    throw new StartRefused(
      `HOST is ${config.host}: without API keys the server listens on loopback only; set STATUSLINE_ADMIN_KEY`,
    )
  order.add('keys', keys.keepFresh())
  return keys
}

function rulesOf(config: Config): readonly Rule[] {
  const { rules, problems } = changedRules(defaultRules, config.alert.rules)
  const problem = problems[0]
  if (problem === undefined) return rules
  const { rule, field, allowed } = problem
  throw new StartRefused(`alert.rules.${rule}.${field} is wrong; allowed: ${allowed}`)
}

/** The lease knows a process by this name: one that starts again need not wait until its old lease has expired. */
function holderOf({ databaseUrl, port }: Config): string {
  if (databaseUrl === undefined) return 'embedded'
  return `${hostname()}:${port === 0 ? `pid ${process.pid}` : port}`
}

function queryLimitsOf({ limits, retention, budgets }: Config): QueryLimits {
  const hourMs = 3_600_000
  return {
    ...DEFAULT_QUERY_LIMITS,
    statementTimeoutMs: limits.queryTimeoutMs,
    seriesBudget: budgets.seriesPerSource,
    heldMs: {
      '10s': retention.tenSecondsHours * hourMs,
      '1m': retention.minutesDays * 24 * hourMs,
      '1h': retention.hoursDays * 24 * hourMs,
      '1d': retention.daysYears * 366 * 24 * hourMs,
    },
  }
}

/** Secret, the same on every replica, and nothing more to configure: hashes of consumers agree wherever they are made. */
function consumerSaltOf({ databaseUrl, dataDir }: Config): string {
  const secret = databaseUrl?.reveal() ?? dataDir
  return createHash('sha256').update(`consumers\0${secret}`).digest('hex')
}
