import { closeSync, openSync, readFileSync, realpathSync, renameSync, statSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { once } from 'node:events'
import { join, resolve } from 'node:path'
import { findPostgresBinaries, type PostgresBinaries } from './binaries.js'
import { EMBEDDED_NAME, openCluster, type Cluster } from './cluster.js'
import { EmbeddedPostgresError } from './error.js'
import { folderProblem } from './folder-problem.js'
import { chooseIdentity, type Identity } from './identity.js'
import { clearLeftovers, interrupt, readPostmasterFile } from './leftovers.js'
import { claimFolder, type Ownership } from './owner.js'
import { makeFolder } from './make-folder.js'
import { isAlive } from './process-table.js'
import { serverArguments } from './server-settings.js'
import { becomesTrue } from './wait.js'
import { spawnWatched, type Watched } from './watchdog.js'

const READY_WITHIN_MS = 300_000
const STOP_WITHIN_MS = 60_000
const ASK_EVERY_MS = 500
const LOG_LIMIT_BYTES = 4 * 1024 * 1024
const PORT_ATTEMPTS = 5

/** Where the embedded database lives and what differs from its defaults. */
export interface EmbeddedPostgresOptions {
  /** Folder for everything of this database; made when missing. */
  readonly dataDir: string
  /** Receives one plain line per noteworthy step. */
  readonly log?: (line: string) => void
  /** Server settings by name; the three that make a commit durable cannot be changed. */
  readonly settings?: Readonly<Record<string, string>>
  /** The port that it must have; any free one by default. */
  readonly port?: number
  /** Breaks the start off, with an EmbeddedPostgresError and nothing left running. */
  readonly signal?: AbortSignal
}

/** A running embedded PostgreSQL. */
export interface EmbeddedPostgres {
  /** Connection URL with its password; never print it. */
  readonly url: string
  readonly pid: number
  /** Settles with a reason when the database ended although nobody asked it to. */
  readonly lost: Promise<string>
  /** Stops the database in order and gives the folder free; a second call waits for the first. */
  stop(): Promise<void>
}

/** Starts PostgreSQL 18 on a folder of its own; throws EmbeddedPostgresError with a one-line reason. */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const log = options.log ?? (() => undefined)
  const dataDir = resolve(options.dataDir)
  try {
    makeFolder(dataDir)
    return await startIn(realpathSync(dataDir), options, log)
  } catch (error) {
    throw folderProblem(dataDir, error) ?? error
  }
}

async function startIn(
  dataDir: string,
  { settings = {}, port, signal = new AbortController().signal }: EmbeddedPostgresOptions,
  log: Parts['log'],
): Promise<EmbeddedPostgres> {
  const owner = await claimFolder(dataDir)
  try {
    const binaries = findPostgresBinaries()
    const identity = chooseIdentity(dataDir, binaries.postgres)
    await clearLeftovers(join(dataDir, 'cluster'), log)
    const cluster = await openCluster(dataDir, binaries, identity, signal)
    return await serve({ dataDir, binaries, identity, cluster, owner, settings, port, log, signal })
  } catch (error) {
    owner.release()
    throw error
  }
}

interface Parts {
  readonly dataDir: string
  readonly binaries: PostgresBinaries
  readonly identity: Identity
  readonly cluster: Cluster
  readonly owner: Ownership
  readonly settings: Readonly<Record<string, string>>
  readonly port: number | undefined
  readonly log: (line: string) => void
  readonly signal: AbortSignal
}

async function serve(parts: Parts): Promise<EmbeddedPostgres> {
  for (let attempt = 1; ; attempt++) {
    if (parts.signal.aborted) throw brokenOff()
    const port = parts.port ?? (await freeLoopbackPort())
    const watched = await launch(parts, port)
    const trouble = await troubleUntilReady(parts, watched)
    if (trouble === undefined) return running(parts, watched, port)
    if (parts.signal.aborted) {
      await endDatabase(parts, watched)
      throw brokenOff()
    }
    const portTaken = trouble.includes('Address already in use')
    if (!portTaken || parts.port !== undefined || attempt === PORT_ATTEMPTS)
      throw new EmbeddedPostgresError(`the embedded database did not start: ${trouble}`)
  }
}

const brokenOff = (): EmbeddedPostgresError =>
  new EmbeddedPostgresError('the start of the embedded database was broken off')

async function launch(parts: Parts, port: number): Promise<Watched> {
  const descriptor = openLog(parts.dataDir)
  try {
    const args = serverArguments(parts.cluster.folder, port, parts.settings)
    return await spawnWatched(parts.binaries.postgres, args, parts.identity, parts.dataDir, descriptor)
  } finally {
    closeSync(descriptor)
  }
}

/** Messages go to a file, not to a pipe: a busy or ended reader must never make the database wait. */
function openLog(dataDir: string): number {
  const path = join(dataDir, 'postgres.log')
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0
  if (size > LOG_LIMIT_BYTES) renameSync(path, `${path}.1`)
  return openSync(path, 'a', 0o600)
}

async function troubleUntilReady(parts: Parts, watched: Watched): Promise<string | undefined> {
  const isReady = () => {
    const file = readPostmasterFile(parts.cluster.folder)
    return file?.pid === watched.pid && file.ready
  }
  await becomesTrue(() => isReady() || !isAlive(watched.pid) || parts.signal.aborted, READY_WITHIN_MS)
  if (isReady() && isAlive(watched.pid)) return undefined
  watched.letGo()
  return lastWords(parts.dataDir)
}

function lastWords(dataDir: string): string {
  const lines = readFileSync(join(dataDir, 'postgres.log'), 'utf8').trimEnd().split('\n').slice(-20)
  const telling = lines.filter((line) => /could not|FATAL|PANIC|error/i.test(line))
  return (telling.length > 0 ? telling : lines).slice(-2).join(' · ').slice(0, 600)
}

function running(parts: Parts, watched: Watched, port: number): EmbeddedPostgres {
  let stopping: Promise<void> | undefined
  const lost = new Promise<string>((tell) => {
    const report = () => {
      if (stopping === undefined && !isAlive(watched.pid))
        tell(`the embedded database (pid ${watched.pid}) ended unexpectedly: ${lastWords(parts.dataDir)}`)
    }
    void watched.ended.then(report)
  })
  parts.log(`database ready on 127.0.0.1:${port} (pid ${watched.pid})`)
  const url = `postgresql://${EMBEDDED_NAME}:${parts.cluster.password}@127.0.0.1:${port}/${EMBEDDED_NAME}`
  const stopInOrder = async () => {
    await endDatabase(parts, watched)
    parts.owner.release()
  }
  return { url, pid: watched.pid, lost, stop: () => (stopping ??= stopInOrder()) }
}

async function endDatabase(parts: Parts, watched: Watched): Promise<void> {
  // One that has only just begun to start hears no signal yet; to one that stops already a further one says nothing.
  const ask = () => {
    if (isAlive(watched.pid)) interrupt(watched.pid)
  }
  ask()
  const asking = setInterval(ask, ASK_EVERY_MS)
  const ended = await becomesTrue(() => !isAlive(watched.pid), STOP_WITHIN_MS)
  clearInterval(asking)
  if (!ended) {
    // Everything committed is safe in the log; the next start replays it.
    parts.log(`database (pid ${watched.pid}) did not stop within ${STOP_WITHIN_MS} ms; stopping it at once`)
    interrupt(watched.pid, 'SIGQUIT')
    await becomesTrue(() => !isAlive(watched.pid), STOP_WITHIN_MS)
  }
  watched.letGo()
}

async function freeLoopbackPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
