import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Measurement } from '../measurement.js'
import { percentile, spreadOf } from '../statistics.js'
import type { Loaded } from './loader.js'
import { ServerProcess } from './server-process.js'
import { readBreakdown, readMetrics } from './totals.js'

const LOADER = fileURLToPath(new URL('./loader.js', import.meta.url))
export const SOURCE = 'bench'
/** Counts become visible within 2 s of the acknowledgement; waiting ends at ten times that. */
const VISIBLE_WITHIN_MS = 20_000

export interface LoadOptions {
  readonly folder: string
  readonly seconds: number
  readonly runs: number
  readonly connections: number
  readonly eventsPerBatch: number
  readonly progress: (line: string) => void
}

/** What the numbers of a load are held against. */
export interface LoadFloors {
  readonly eventsPerSecond: number
  readonly p99Ms: number
  readonly rssBytes: number
}

/** Loads a server of its own and checks that its totals are what it acknowledged. Throws where they are not. */
export const benchLoad = async (options: LoadOptions, floors: LoadFloors): Promise<Measurement[]> => {
  const data = await mkdtemp(join(options.folder, 'data-'))
  const server = await ServerProcess.start(data)
  try {
    return measurementsOf(options, floors, await measure(server, options))
  } finally {
    await server.stop()
    await rm(data, { recursive: true, force: true })
  }
}

const measure = async (server: ServerProcess, options: LoadOptions): Promise<Observed> => {
  const warmUp = await load(server, options, Math.min(3, options.seconds), 0)
  await untilCounted(server, warmUp.acknowledged)
  const before = await readMetrics(server.url, SOURCE)
  const rounds: Loaded[] = []
  let acknowledged = warmUp.acknowledged
  let visibleAfterMs = 0
  for (let run = 1; run <= options.runs; run++) {
    const round = await load(server, options, options.seconds, run)
    acknowledged += round.acknowledged
    visibleAfterMs = Math.max(visibleAfterMs, await untilCounted(server, acknowledged))
    options.progress(`${options.eventsPerBatch} per batch: ${Math.round(round.acknowledged / round.seconds)} events/s`)
    rounds.push(round)
  }
  const after = await readMetrics(server.url, SOURCE)
  await checkBreakdown(server, acknowledged)
  return { rounds, folded: after.foldSeconds - before.foldSeconds, visibleAfterMs, maxRssBytes: server.maxRssBytes }
}

interface Observed {
  readonly rounds: readonly Loaded[]
  /** Seconds of folding. */
  readonly folded: number
  /** From the last acknowledgement until the totals were complete, ms. */
  readonly visibleAfterMs: number
  readonly maxRssBytes: number | null
}

const measurementsOf = (
  { connections, eventsPerBatch }: LoadOptions,
  floors: LoadFloors,
  { rounds, folded, visibleAfterMs, maxRssBytes }: Observed,
): Measurement[] => {
  const what = `${connections} connections × ${eventsPerBatch} ${eventsPerBatch === 1 ? 'event' : 'events'}`
  const acknowledged = rounds.reduce((sum, round) => sum + round.acknowledged, 0)
  const one = (
    name: string,
    unit: string,
    better: 'more' | 'less',
    floor: number | null,
    values: number[],
    note = '',
  ) => ({
    what: `${what}: ${name}`,
    unit,
    spread: spreadOf(values),
    better,
    floor,
    note,
  })
  return [
    one('durable ingest', 'events/s', 'more', floors.eventsPerSecond, rounds.map(perSecond), refusalsOf(rounds)),
    one(
      'acknowledgement p50',
      'ms',
      'less',
      null,
      rounds.map(({ ackMs }) => percentile(ackMs, 0.5)),
    ),
    one(
      'acknowledgement p99',
      'ms',
      'less',
      floors.p99Ms,
      rounds.map(({ ackMs }) => percentile(ackMs, 0.99)),
    ),
    one('fold', 's per million events', 'less', null, [(folded / acknowledged) * 1e6]),
    one('totals complete after the last acknowledgement', 'ms', 'less', 2_000, [visibleAfterMs]),
    ...(maxRssBytes === null
      ? []
      : [one('server memory (VmHWM)', 'MB', 'less', floors.rssBytes / 2 ** 20, [maxRssBytes / 2 ** 20])]),
  ]
}

export const perSecond = ({ acknowledged, seconds }: Loaded): number => acknowledged / seconds

export const refusalsOf = (rounds: readonly Loaded[]): string => {
  const refused = new Map<string, number>()
  for (const round of rounds)
    for (const [status, count] of Object.entries(round.refused)) refused.set(status, (refused.get(status) ?? 0) + count)
  return [...refused].map(([status, count]) => `${count} × ${status}`).join(', ')
}

/** One run of the loader; throws where the server did anything but take what it acknowledged. */
export const load = async (
  server: ServerProcess,
  options: Pick<LoadOptions, 'connections' | 'eventsPerBatch'>,
  seconds: number,
  run: number,
): Promise<Loaded> => {
  const { connections, eventsPerBatch } = options
  const args = [`${server.url}/v1/ingest/${SOURCE}`, seconds, connections, eventsPerBatch, run * 1_000_000].map(String)
  const { stdout } = await promisify(execFile)(process.execPath, [LOADER, ...args], { maxBuffer: 1 << 28 })
  const loaded = JSON.parse(stdout) as Loaded
  if (loaded.duplicate > 0 || loaded.rejected > 0 || loaded.acknowledged !== loaded.batches * eventsPerBatch) {
    throw new Error(
      `every event was new and valid, yet: ${JSON.stringify({ ...loaded, ackMs: undefined, bySecond: undefined })}`,
    )
  }
  return loaded
}

/** Milliseconds until the totals are what was acknowledged; throws where they are more, or are not within the deadline. */
export const untilCounted = async (server: ServerProcess, acknowledged: number): Promise<number> => {
  const beganAt = performance.now()
  for (;;) {
    const { counted } = await readMetrics(server.url, SOURCE)
    const passedMs = performance.now() - beganAt
    if (counted === acknowledged) return passedMs
    if (counted > acknowledged || passedMs > VISIBLE_WITHIN_MS) {
      throw new Error(
        `acknowledged were ${acknowledged} events, /metrics counts ${counted} after ${Math.round(passedMs)} ms`,
      )
    }
    await wait(50)
  }
}

export const checkBreakdown = async (server: ServerProcess, acknowledged: number): Promise<void> => {
  const counted = await readBreakdown(server.url, SOURCE)
  if (counted !== acknowledged) throw new Error(`acknowledged were ${acknowledged} events, GraphQL counts ${counted}`)
}
