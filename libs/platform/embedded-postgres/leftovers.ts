import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { EmbeddedPostgresError } from './error.js'
import { databaseProcessesOf } from './process-table.js'
import { becomesTrue } from './wait.js'

const STOP_WITHIN_MS = 120_000

/** What PostgreSQL wrote into its postmaster.pid. */
export interface PostmasterFile {
  readonly pid: number
  readonly ready: boolean
}

/** Reads the postmaster.pid of a cluster folder; undefined when there is none or it is half written. */
export function readPostmasterFile(folder: string): PostmasterFile | undefined {
  try {
    const lines = readFileSync(join(folder, 'postmaster.pid'), 'utf8').split('\n')
    const pid = Number(lines[0])
    return Number.isInteger(pid) && pid > 0 ? { pid, ready: lines[7]?.trim() === 'ready' } : undefined
  } catch {
    return undefined
  }
}

/**
 * Ends what a killed owner left behind: asks an orphaned database of this folder to stop and waits for all its processes, then removes its stale
 * postmaster.pid. Call it only as the folder's owner. Throws EmbeddedPostgresError when the orphan does not stop.
 */
export async function clearLeftovers(folder: string, log: (line: string) => void): Promise<void> {
  const postmaster = readPostmasterFile(folder)
  const left = databaseProcessesOf(folder, postmaster?.pid)
  if (left.length > 0) {
    log(`waiting for the database that an earlier process left running (pid ${left.join(', ')})`)
    if (postmaster !== undefined && left.includes(postmaster.pid)) interrupt(postmaster.pid)
    const ended = await becomesTrue(() => databaseProcessesOf(folder, postmaster?.pid).length === 0, STOP_WITHIN_MS, 25)
    if (!ended)
      throw new EmbeddedPostgresError(
        `an earlier database still runs on ${folder} (pid ${databaseProcessesOf(folder, postmaster?.pid).join(', ')}) and does not stop`,
      )
  }
  rmSync(join(folder, 'postmaster.pid'), { force: true })
}

/** Asks a database for a fast, orderly stop; one that has ended already is no error. */
export function interrupt(pid: number, signal: NodeJS.Signals = 'SIGINT'): void {
  try {
    process.kill(pid, signal)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}
