import { readdirSync, readFileSync } from 'node:fs'

/** CPU time that the main thread of a process has used, ms: what its event loop did. Null where the system does not tell. */
export const mainThreadMs = (pid: number): number | null => threadMs(pid, String(pid))

/** CPU time that all threads of a process have used, those that have ended left out, ms. Null where the system does not tell. */
export const threadsMs = (pid: number): number | null => {
  try {
    return readdirSync(`/proc/${pid}/task`).reduce((sum, thread) => sum + (threadMs(pid, thread) ?? 0), 0)
  } catch {
    return null
  }
}

/** In Linux's own count of nanoseconds on a CPU; the usual one goes in steps of 10 ms. */
const threadMs = (pid: number, thread: string): number | null => {
  try {
    return Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]) / 1e6
  } catch {
    return null
  }
}
