import { randomBytes, randomInt } from 'node:crypto'
import { readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { SystemClock } from '../clock.js'
import { EmbeddedPostgresError } from './error.js'
import { processWorld, startTokenOf } from './process-table.js'
import { becomesTrue } from './wait.js'

const ATTEMPTS = 6
const HEARTBEAT_MS = 1_000
const SILENT_MS = 5_000

/** The right to run the database of one folder, until released or until this process ends. */
export interface Ownership {
  release(): void
}

/**
 * Claims a folder for this process; throws EmbeddedPostgresError naming the pid of a living owner.
 * Every claimant first leaves a mark with its own pid and start time, then looks for the marks of others. Of two that
 * come together at least one sees the other, so never two win; marks of ended processes are unique names and safe to remove.
 */
export async function claimFolder(folder: string): Promise<Ownership> {
  for (let attempt = 1; ; attempt++) {
    const mark = leaveMark(folder)
    const rival = await livingOwnerBeside(folder, mark.name)
    if (rival === undefined) return mark
    mark.release()
    if (attempt === ATTEMPTS)
      throw new EmbeddedPostgresError(
        `the data folder ${folder} is in use by process ${rival}; stop that process or set STATUSLINE_DATA to another folder`,
      )
    await sleep(randomInt(20, 120))
  }
}

interface Mark {
  readonly name: string
  readonly pid: number
  readonly startToken: string
  readonly world: string
}

function leaveMark(folder: string): Ownership & { name: string } {
  const name = [
    'owner',
    process.pid,
    startTokenOf(process.pid) ?? 'unknown',
    processWorld(),
    randomBytes(4).toString('hex'),
  ].join('.')
  const path = join(folder, name)
  writeFileSync(path, '')
  const heartbeat = setInterval(() => touch(path), HEARTBEAT_MS).unref()
  const release = () => {
    clearInterval(heartbeat)
    rmSync(path, { force: true })
  }
  return { name, release }
}

function touch(path: string): void {
  const seconds = new SystemClock().now() / 1_000
  try {
    utimesSync(path, seconds, seconds)
  } catch {
    // The folder is gone or read-only; the database will say so itself.
  }
}

async function livingOwnerBeside(folder: string, ownMark: string): Promise<number | undefined> {
  const marks = readdirSync(folder).map(parseMark)
  for (const mark of marks) {
    if (mark === undefined || mark.name === ownMark) continue
    if (await isLiving(folder, mark)) return mark.pid
    rmSync(join(folder, mark.name), { force: true })
  }
  return undefined
}

function parseMark(name: string): Mark | undefined {
  const [, pid, startToken, world] = /^owner\.(\d+)\.([\w-]+)\.([\w-]+)\.[0-9a-f]+$/.exec(name) ?? []
  return pid === undefined || startToken === undefined || world === undefined
    ? undefined
    : { name, pid: Number(pid), startToken, world }
}

/** A process of another container or machine on the same volume cannot be looked up: its mark must stay untouched for a while. */
async function isLiving(folder: string, mark: Mark): Promise<boolean> {
  if (mark.world === processWorld()) return startTokenOf(mark.pid) === mark.startToken
  const touchedAt = () => statSync(join(folder, mark.name), { throwIfNoEntry: false })?.mtimeMs
  const before = touchedAt()
  await becomesTrue(() => touchedAt() !== before, SILENT_MS, 100)
  return touchedAt() !== undefined && touchedAt() !== before
}
