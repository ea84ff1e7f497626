import {
  keepEmbeddedPostgres,
  type Clock,
  type Config,
  type KeptPostgres,
  type Logger,
  type StopOrder,
} from '#platform'
import {
  checkDurability,
  DatabaseRefused,
  migrate,
  openDatabase,
  Packing,
  Upkeep,
  type Database,
  type Retention,
} from '#store'
import { reasonOf, StartRefused } from './start-failure.js'

/** The database, and why it is away now; null while it is not known to be. */
export interface StartedDatabase extends Database {
  readonly trouble: () => string | null
  readonly url: string
  /** A statement fails where the server says nothing for so long, ms. */
  readonly silenceTimeoutMs: number
}

/** Statements of questions may run longer than all others. */
const DEFAULT_STATEMENT_MS = 10_000
const SILENCE_MS = 5_000

/** Starts or reaches the database, brings its schema up to date and makes sure that a commit is durable. */
export async function startDatabase(config: Config, log: Logger, order: StopOrder): Promise<StartedDatabase> {
  const embedded = config.databaseUrl === undefined ? await startEmbedded(config, log, order) : null
  const url = embedded?.url ?? config.databaseUrl?.reveal() ?? ''
  const migrations = await migrate(url).catch((error: unknown) => {
    throw nameTheUrl(error, config)
  })
  const silenceTimeoutMs = Math.max(DEFAULT_STATEMENT_MS, config.limits.queryTimeoutMs) + SILENCE_MS
  const database = await openDatabase({ url, maxConnections: 20, silenceTimeoutMs })
  order.add('database', () => database.close())
  const durability = await checkDurability(database.pool)
  log.info({ migrations, ...durability }, 'database is ready')
  return { ...database, url, silenceTimeoutMs, trouble: () => embedded?.trouble() ?? null }
}

/** The network says which address, but not who asked for it. Refusals of the server's own have their words already. */
function nameTheUrl(error: unknown, { databaseUrl }: Pick<Config, 'databaseUrl'>): unknown {
  if (databaseUrl === undefined || error instanceof DatabaseRefused) return error
  const { protocol, username, host, pathname } = new URL(databaseUrl.reveal())
  const shown = `${protocol}//${username === '' ? '' : `${username}@`}${host}${pathname}`
  return new StartRefused(`DATABASE_URL is ${shown}, which cannot be used: ${reasonOf(error)}`, { cause: error })
}

async function startEmbedded(config: Config, log: Logger, order: StopOrder): Promise<KeptPostgres> {
  const postgres = await keepEmbeddedPostgres({
    dataDir: config.dataDir,
    log: (line) => log.info({ part: 'postgres' }, line),
    warn: (line) => log.warn({ part: 'postgres' }, line),
    signal: order.signal,
  })
  order.add('embedded postgres', () => postgres.stop(), 90_000)
  return postgres
}

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/** How long everything is kept, by the settings. */
export function retentionOf({ retention }: Pick<Config, 'retention'>): Retention {
  return {
    cell10sMs: retention.tenSecondsHours * HOUR_MS,
    cell1mMs: retention.minutesDays * DAY_MS,
    cell1hMs: retention.hoursDays * DAY_MS,
    cell1dMs: retention.daysYears * 366 * DAY_MS,
    sampleMs: retention.samplesHours * HOUR_MS,
    consumerMs: retention.minutesDays * DAY_MS,
    quarantineMs: retention.quarantineDays * DAY_MS,
  }
}

interface UpkeepParts {
  readonly database: StartedDatabase
  readonly retention: Retention
  readonly diskLimitBytes: number | null
  readonly clock: Clock
  readonly log: Logger
  readonly order: StopOrder
  readonly holder: string
}

const UPKEEP_MS = 5 * 60_000

/** Makes partitions ahead of time and drops expired ones, at the start and every few minutes. */
export async function startUpkeep({
  database,
  retention,
  diskLimitBytes,
  clock,
  log,
  order,
  holder,
}: UpkeepParts): Promise<void> {
  const upkeep = new Upkeep(database.pool, { holder, retention, diskLimitBytes })
  const turn = async (): Promise<void> => {
    const report = await upkeep.run(clock.now())
    const { created, dropped, left, droppedForDisk } = report
    if (created.length + dropped.length + left.length + droppedForDisk.length > 0)
      log.info({ created: created.length, dropped, left, droppedForDisk }, 'partitions kept up')
  }
  await turn()
  let running = Promise.resolve()
  const timer = setInterval(() => {
    running = running.then(turn).catch((error: unknown) => log.warn({ err: error }, 'upkeep failed; it is tried again'))
  }, UPKEEP_MS)
  order.add('upkeep', () => {
    clearInterval(timer)
    return running
  })
}

/** Packs partitions that folds no longer change, from a while after the start on, every few minutes; breaks off to stop. */
export function startPacking({
  database,
  retention,
  diskLimitBytes,
  clock,
  log,
  order,
}: Omit<UpkeepParts, 'holder'>): void {
  const stop = new AbortController()
  const packing = new Packing(database.pool, { url: database.url, retention, diskLimitBytes, signal: stop.signal })
  const turn = async (): Promise<void> => {
    const { partitions } = await packing.run(clock.now())
    if (partitions.length > 0) log.info({ partitions }, 'partitions packed')
  }
  let running: Promise<void> | null = null
  const timer = setInterval(() => {
    // A turn with much to pack may last longer than the time to the next.
    running ??= turn()
      .catch((error: unknown) => log.warn({ err: error }, 'packing failed; it is tried again'))
      .finally(() => (running = null))
  }, UPKEEP_MS)
  order.add('packing', () => {
    clearInterval(timer)
    stop.abort()
    return running
  })
}
