import { hostname } from 'node:os'
import { changedRules, defaultRules } from '#alert'
import { Catalog, overlaysFrom } from '#catalog'
import { ownFormats } from '#event'
import {
  bindProblem,
  SelfMetrics,
  settingProblems,
  SystemClock,
  unknownVariables,
  type Config,
  type Logger,
  type StopOrder,
} from '#platform'
import {
  ApiKeyRow,
  DEFAULT_QUERY_LIMITS,
  openAlertStore,
  probeWrite,
  QueryService,
  SourceDirectory,
  storedSecret,
  type Database,
  type QueryLimits,
} from '#store'
import { createApp } from './create-app.js'
import { AppendHealth } from './health/append-health.js'
import { databaseReadiness } from './health/database-readiness.js'
import { Health, type Readiness } from './health/health.js'
import { StoredKeys } from './http/stored-keys.js'
import { startScans, type StartScanThread } from './start-scans.js'
import { serveHttp } from './serve-http.js'
import { retentionOf, startDatabase, startUpkeep, type StartedDatabase } from './start-database.js'
import { StartRefused } from './start-failure.js'
import { startJournal, type StartFold } from './start-journal.js'

/** Starts everything that the role asks for and resolves with the address once requests are answered. */
export async function startServer(
  config: Config,
  log: Logger,
  order: StopOrder,
  startFold: StartFold,
  startScanThread: StartScanThread,
): Promise<string> {
  const { rules, problems } = changedRules(defaultRules, config.alert.rules)
  const own = ownFormats(config.formats)
  const [problem] = settingProblems(config, {
    formats: own.formats.names,
    formatProblems: own.problems,
    ruleProblems: problems,
  })
  if (problem !== undefined) throw new StartRefused(problem)
  for (const line of unknownVariables(process.env)) log.warn(line)
  const clock = new SystemClock()
  const metrics = new SelfMetrics()
  const catalog = new Catalog(overlaysFrom(config.codes))
  const holder = holderOf(config)
  const database = await startDatabase(config, log, order)
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
  const appends = new AppendHealth(
    () => probeWrite(database.pool),
    () => clock.monotonicMs(),
  )
  const scans = startScans({
    config,
    catalog,
    consumerSalt: await consumerSaltOf(database),
    log,
    order,
    startScanThread,
  })
  const journal = startJournal({ config, database, metrics, log, order, holder, appends, startFold })
  const health = new Health(readinessOf(config, database, clock, appends))
  const query = new QueryService(database.pool, () => clock.now(), queryLimitsOf(config))
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
  const problem = bindProblem(config, keys.required)
  if (problem !== null) throw new StartRefused(problem)
  order.add('keys', keys.keepFresh())
  return keys
}

/** A process that takes no batches is ready without being able to append. */
function readinessOf(
  config: Config,
  database: StartedDatabase,
  clock: SystemClock,
  appends: AppendHealth,
): Readiness[] {
  const reached = databaseReadiness(database, clock)
  return config.role === 'all' || config.role === 'ingest' ? [reached, appends.readiness] : [reached]
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

/** Random, the same on every replica, and nothing to configure: hashes of consumers agree wherever they are made. */
async function consumerSaltOf({ pool }: Database): Promise<string> {
  return Buffer.from(await storedSecret(pool, 'consumer_salt')).toString('hex')
}
