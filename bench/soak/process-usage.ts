import { readdirSync, readFileSync } from 'node:fs'

/** Ticks of /proc in a second, on every Linux that Node runs on. */
const TICKS = 100

/** CPU time so far, seconds, of a process and of its children, those that have ended included; NaN where the system does not tell. */
export const cpuSecondsOf = (pid: number): number => {
  const own = statOf(pid)
  if (own === null) return NaN
  return own.seconds + childrenOf(pid).reduce((sum, child) => sum + (statOf(child)?.seconds ?? 0), 0)
}

/** CPU time so far, seconds, of the threads of a process that bear this name; NaN where the system does not tell. */
export const threadSecondsOf = (pid: number, name: string): number => {
  try {
    const threads = readdirSync(`/proc/${pid}/task`).map((thread) => `/proc/${pid}/task/${thread}`)
    const named = threads.filter((path) => readFileSync(`${path}/comm`, 'utf8').trim() === name)
    return named.reduce((sum, path) => sum + (statAt(path)?.ownSeconds ?? 0), 0)
  } catch {
    return NaN
  }
}

/** Resident memory of a process, bytes; NaN where the system does not tell. */
export const residentBytesOf = (pid: number): number => {
  try {
    return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024
  } catch {
    return NaN
  }
}

interface Stat {
  readonly parent: number
  /** User and system time. */
  readonly ownSeconds: number
  /** With that of children that have ended. */
  readonly seconds: number
}

const statOf = (pid: number): Stat | null => statAt(`/proc/${pid}`)

const statAt = (path: string): Stat | null => {
  try {
    const stat = readFileSync(`${path}/stat`, 'utf8')
    const fields = stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number)
    const ownSeconds = (fields[11]! + fields[12]!) / TICKS
    return { parent: fields[1]!, ownSeconds, seconds: ownSeconds + (fields[13]! + fields[14]!) / TICKS }
  } catch {
    return null
  }
}

const childrenOf = (pid: number): number[] =>
  readdirSync('/proc')
    .map(Number)
    .filter((other) => other > 0 && statOf(other)?.parent === pid)
