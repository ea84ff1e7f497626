import { fileURLToPath } from 'node:url'
import { runBeside } from '../beside.js'
import type { Loaded } from './loader.js'

const LOADER = fileURLToPath(new URL('./loader.js', import.meta.url))

/** How a server is loaded. */
export interface Load {
  readonly seconds: number
  readonly connections: number
  readonly eventsPerBatch: number
  /** No two runs send the same batches. */
  readonly run: number
}

/** Loads a server from a process of its own. Throws unless something was acknowledged, and all of that was new and valid. */
export const runLoader = async (
  url: string,
  source: string,
  { seconds, connections, eventsPerBatch, run }: Load,
): Promise<Loaded> => {
  const args = [`${url}/v1/ingest/${source}`, seconds, connections, eventsPerBatch, run * 1_000_000].map(String)
  const { stdout } = await runBeside(process.execPath, [LOADER, ...args])
  const loaded = JSON.parse(stdout) as Loaded
  if (loaded.duplicate > 0 || loaded.rejected > 0 || loaded.acknowledged !== loaded.batches * eventsPerBatch)
    throw new Error(
      `every event was new and valid, yet: ${JSON.stringify({ ...loaded, ackMs: undefined, bySecond: undefined })}`,
    )
  if (loaded.batches === 0) throw new Error(`nothing was acknowledged: ${JSON.stringify(loaded.refused)}`)
  return loaded
}

/** What some runs were refused with, as text; empty where nothing was. */
export const refusalsOf = (rounds: readonly Loaded[]): string => {
  const refused = new Map<string, number>()
  for (const round of rounds)
    for (const [status, count] of Object.entries(round.refused)) refused.set(status, (refused.get(status) ?? 0) + count)
  return [...refused].map(([status, count]) => `${count} × ${status}`).join(', ')
}
