import { execFileSync } from 'node:child_process'
import { readFileSync, readdirSync, readlinkSync } from 'node:fs'
import { hostname } from 'node:os'

const onLinux = process.platform === 'linux'

/**
 * A word that differs between two processes that had the same pid one after the other, or undefined when no such process runs.
 * A zombie has ended: where the first process reaps slowly, its pid still answers to signals.
 */
export function startTokenOf(pid: number): string | undefined {
  return onLinux ? startTokenFromProc(pid) : startTokenFromPs(pid)
}

function startTokenFromProc(pid: number): string | undefined {
  const stat = readOrUndefined(() => readFileSync(`/proc/${pid}/stat`, 'latin1'))
  if (stat === undefined) return undefined
  // The name in parentheses may hold anything; the state follows the last parenthesis, the start time is the 20th word from there.
  const words = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return words[0] === 'Z' || words[0] === 'X' ? undefined : words[19]
}

function startTokenFromPs(pid: number): string | undefined {
  const line = readOrUndefined(() =>
    execFileSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim(),
  )
  if (line === undefined || line === '' || line.startsWith('Z')) return undefined
  return line.replace(/^\S+\s+/, '').replaceAll(/\W+/g, '-')
}

/** Tells whether a process with this pid runs. */
export function isAlive(pid: number): boolean {
  return startTokenOf(pid) !== undefined
}

/** Names the set of processes that pids seen from here belong to: this start of this machine, and its container. */
export function processWorld(): string {
  const boot = readOrUndefined(() => readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim()) ?? hostname()
  const container = readOrUndefined(() => readlinkSync('/proc/self/ns/pid')) ?? ''
  return `${boot}-${container}`.replaceAll(/[^\w-]/g, '')
}

/** The pids of the database processes whose data folder this is; `suspect` is the pid that the folder itself names. */
export function databaseProcessesOf(folder: string, suspect: number | undefined): number[] {
  if (onLinux) return pidsWorkingIn(folder)
  if (suspect === undefined) return []
  const command = readOrUndefined(() =>
    execFileSync('ps', ['-o', 'command=', '-p', String(suspect)], { encoding: 'utf8' }),
  )
  return command?.includes(folder) === true ? [suspect] : []
}

/** PostgreSQL and its children work in the data folder, whatever their command lines say. */
function pidsWorkingIn(folder: string): number[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  return pids.map(Number).filter((pid) => readOrUndefined(() => readlinkSync(`/proc/${pid}/cwd`)) === folder)
}

function readOrUndefined<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
}
