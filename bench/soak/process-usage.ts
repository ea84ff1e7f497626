import { readdirSync, readFileSync } from 'node:fs'

/** Ticks of /proc in a second, on every Linux that Node runs on. */
const TICKS = 100

/** CPU time so far, seconds, of a process and of its children, those that have ended included; NaN where the system does not tell. */
export const cpuSecondsOf = (pid: number): number => {
  const own = statOf(pid)
  if (own === null) return NaN
  return own.seconds + childrenOf(pid).reduce((sum, child) => sum + (statOf(child)?.seconds ?? 0), 0)
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
  /** User and system time, with that of children that have ended. */
  readonly seconds: number
}

const statOf = (pid: number): Stat | null => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number)
    return { parent: fields[1]!, seconds: (fields[11]! + fields[12]! + fields[13]! + fields[14]!) / TICKS }
  } catch {
    return null
  }
}

const childrenOf = (pid: number): number[] =>
  readdirSync('/proc')
    .map(Number)
    .filter((other) => other > 0 && statOf(other)?.parent === pid)
