import { readdirSync, readFileSync } from 'node:fs'

/** Ticks a second in which Linux tells CPU time, the same on all its architectures. */
const TICKS = 100

/** CPU seconds of a process so far, by what its threads are called. Linux only. */
export const threadTimes = (pid: number): Map<string, number> => {
  const times = new Map<string, number>()
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    const stat = statOf(`/proc/${pid}/task/${thread}/stat`)
    if (stat !== null) times.set(stat.name, (times.get(stat.name) ?? 0) + stat.seconds)
  }
  return times
}

/** The thread that folds, as the kernel calls it. */
export const FOLD_THREAD = 'background'

/** CPU seconds of the threads of one name; throws where there are none, which would be measured as nothing. */
export const secondsOf = (times: ReadonlyMap<string, number>, name: string): number => {
  const seconds = times.get(name)
  if (seconds === undefined) throw new Error(`no thread is called ${name}; there are ${[...times.keys()].join(', ')}`)
  return seconds
}

/** CPU seconds of a process and its children so far, those that have ended included. Linux only. */
export const familySeconds = (pid: number): number => {
  let seconds = 0
  for (const entry of readdirSync('/proc')) {
    const stat = /^\d+$/.test(entry) ? statOf(`/proc/${entry}/stat`) : null
    if (stat === null) continue
    if (Number(entry) === pid) seconds += stat.seconds + stat.endedSeconds
    else if (stat.parent === pid) seconds += stat.seconds
  }
  return seconds
}

/** Null: it has ended. */
const statOf = (path: string): { name: string; parent: number; seconds: number; endedSeconds: number } | null => {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch {
    return null
  }
  const nameEnd = text.lastIndexOf(')')
  const fields = text.slice(nameEnd + 2).split(' ')
  const ticks = (field: number): number => Number(fields[field]) / TICKS
  return {
    name: text.slice(text.indexOf('(') + 1, nameEnd),
    parent: Number(fields[1]),
    seconds: ticks(11) + ticks(12),
    endedSeconds: ticks(13) + ticks(14),
  }
}
