import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { GOALS } from '../goals.js'
import { ServerProcess } from '../load/server-process.js'
import { measured, type Measurement } from '../measurement.js'

export interface StartOptions {
  readonly folder: string
  /** On a folder with a database, after one on an empty folder. */
  readonly starts: number
  readonly progress: (line: string) => void
}

/** Starts the built server on a folder with a database, from the start of the process until it says that it is ready. */
export const benchStart = async ({ folder, starts, progress }: StartOptions): Promise<Measurement[]> => {
  const data = await mkdtemp(join(folder, 'data-'))
  try {
    const first = await startOnce(data)
    const later: number[] = []
    for (let start = 0; start < starts; start++) {
      later.push(await startOnce(data))
      progress(`ready after ${later.at(-1)!.toFixed(2)} s`)
    }
    return [
      measured('start until ready, empty folder', 's', 'less', null, [first]),
      ...(starts === 0 ? [] : [measured('start until ready, database there', 's', 'less', GOALS.startSeconds, later)]),
    ]
  } finally {
    await rm(data, { recursive: true, force: true })
  }
}

/** Seconds until it is ready; it answers then. */
const startOnce = async (data: string): Promise<number> => {
  const beganAt = performance.now()
  const server = await ServerProcess.start(data)
  const seconds = (performance.now() - beganAt) / 1_000
  try {
    const { status } = await fetch(`${server.url}/readyz`)
    if (status !== 200) throw new Error(`/readyz answered ${status} although the server said that it is ready`)
  } finally {
    await server.stop()
  }
  return seconds
}
