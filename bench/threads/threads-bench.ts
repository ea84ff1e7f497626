import { decodeDelta, encodeSummed, type SealedBatch, type SummedBatch } from '#delta'
import { BodyDigest } from '../../apps/server/ingest/batch-key.js'
import { createScanPool } from '../../apps/server/ingest/create-scan-pool.js'
import type { ScanSettings } from '../../apps/server/ingest/threads/scan-settings.js'
import { beginScanThread, ScanThreads } from '../../apps/server/ingest/threads/scan-threads.js'
import { LAYOUTS, lineOf, requests, SEED, type Layout } from '../corpus.js'
import { GOALS } from '../goals.js'
import { measured, type Measurement } from '../measurement.js'
import { BEGIN_MS, SPAN_MS } from '../span.js'

export interface ThreadsOptions {
  readonly lines: number
  readonly runs: number
  readonly progress: (line: string) => void
}

const SOURCE = 'bench'
const BODY_LINES = 1_000
/** As Node hands over what it reads from a socket. */
const CHUNK_BYTES = 64 * 1024
/** Different bodies, which are sent again and again. */
const BODIES = 64
/** Senders for each thread. */
const SENDERS = 16
/** Batches that a delta holds. */
const GROUP = 32
/** By then a thread has compiled what it runs often. */
const WARM_UP_LINES = 1_000_000

const SETTINGS: ScanSettings = {
  codes: [],
  formats: new Map(),
  sources: new Map(),
  maxSources: 10,
  seriesPerSource: 10_000,
  routesPerService: 500,
  maxRecordBytes: 1 << 20,
  replayLateMs: SPAN_MS,
  consumerSalt: '',
  shares: 1,
}

/**
 * Bodies of 1,000 lines through one thread that scans and through two, in turns, by the clock: no sockets and no database, but all
 * that the main thread does for such a body besides, and the deltas. Throws where a count is wrong.
 */
export const benchThreads = async ({ lines, runs, progress }: ThreadsOptions): Promise<Measurement[]> => {
  const measurements: Measurement[] = []
  const [one, two] = [1, 2].map(
    (count) => new ScanThreads(createScanPool(SETTINGS), count, () => beginScanThread(SETTINGS), died),
  )
  try {
    for (const layout of LAYOUTS) {
      const bodies = bodiesOf(layout, Math.min(BODIES, Math.ceil(lines / BODY_LINES)))
      const rates = { one: [] as number[], two: [] as number[] }
      for (const scans of [one!, two!])
        await linesPerSecond(scans, bodies, Math.min(lines, WARM_UP_LINES * scans.count))
      for (let run = 0; run < runs; run++) {
        rates.one.push(await linesPerSecond(one!, bodies, lines))
        rates.two.push(await linesPerSecond(two!, bodies, lines))
        progress(`${layout}: ${Math.round(rates.one.at(-1)!)} and ${Math.round(rates.two.at(-1)!)} lines/s`)
      }
      measurements.push(...measurementsOf(layout, rates))
    }
  } finally {
    await Promise.all([one?.stop(), two?.stop()])
  }
  return measurements
}

const died = (error: unknown): never => {
  throw error
}

const measurementsOf = (layout: Layout, { one, two }: { one: number[]; two: number[] }): Measurement[] => {
  const ratios = two.map((rate, run) => rate / one[run]!)
  return [
    measured(`one scan thread, ${layout}`, 'lines/s', 'more', null, one),
    measured(`two scan threads, ${layout}`, 'lines/s', 'more', null, two),
    measured(`two scan threads, ${layout}`, '× one', 'more', GOALS.twoThreads, ratios),
  ]
}

const bodiesOf = (layout: Layout, count: number): Buffer[] =>
  Array.from({ length: count }, (_, body) => {
    const lines = [...requests(BODY_LINES, SEED + body)].map((request) => `${lineOf(layout, request)}\n`)
    return Buffer.from(lines.join(''), 'latin1')
  })

/** Sends `lines` lines in bodies from several senders at once. */
const linesPerSecond = async (scans: ScanThreads, bodies: readonly Buffer[], lines: number): Promise<number> => {
  const deltas = new Deltas()
  const count = Math.ceil(lines / BODY_LINES)
  let next = 0
  const send = async (): Promise<void> => {
    while (next < count) await sendBody(scans, bodies[next++ % bodies.length]!, deltas)
  }
  const beganAt = performance.now()
  const senders = SENDERS * scans.count
  await Promise.all(Array.from({ length: senders }, send))
  await deltas.flush()
  const seconds = (performance.now() - beganAt) / 1_000
  const counted = deltas.count()
  if (counted !== count * BODY_LINES) throw new Error(`sent were ${count * BODY_LINES}, counted ${counted}`)
  return (count * BODY_LINES) / seconds
}

const ORDER = { source: SOURCE, format: null, arrivedAtMs: BEGIN_MS + SPAN_MS, replayed: false }

const sendBody = async (scans: ScanThreads, body: Buffer, deltas: Deltas): Promise<void> => {
  const digest = new BodyDigest(SOURCE, null)
  const scan = scans.beginBody(ORDER, digest)
  for (let at = 0; at < body.length; at += CHUNK_BYTES) {
    if (scan.room !== null) await scan.room
    const part = body.subarray(at, at + CHUNK_BYTES)
    const chunk = Buffer.allocUnsafeSlow(part.length)
    part.copy(chunk)
    scan.push(chunk, true)
  }
  if (!(await scan.end()) || digest.digest().length !== 32) throw new Error('a body could not be read')
  deltas.add(scan.seal(null, null), () => scan.release())
}

/** Batches are encoded in groups, as a commit takes them. */
class Deltas {
  private readonly encoded: Uint8Array[] = []
  private group: { batch: SealedBatch; release: () => void }[] = []
  private readonly underWay = new Set<Promise<void>>()

  add(batch: SealedBatch, release: () => void): void {
    this.group.push({ batch, release })
    if (this.group.length >= GROUP) this.encode()
  }

  async flush(): Promise<void> {
    if (this.group.length > 0) this.encode()
    await Promise.all(this.underWay)
  }

  /** Events in all deltas. */
  count(): number {
    let counted = 0
    for (const bytes of this.encoded) {
      const { delta, fault } = decodeDelta(bytes)
      if (delta === undefined) throw new Error(fault)
      for (const { cells } of delta.segments) for (const count of cells.count) counted += count
    }
    return counted
  }

  private encode(): void {
    const group = this.group.splice(0)
    const encoding = this.encodeGroup(group).finally(() => this.underWay.delete(encoding))
    this.underWay.add(encoding)
  }

  private async encodeGroup(group: typeof this.group): Promise<void> {
    this.encoded.push(await encodeSummed(group.map(({ batch }) => batch as SummedBatch)))
    for (const { release } of group) release()
  }
}
