import { readdirSync } from 'node:fs'
import { jest } from '@jest/globals'
import { encodeSummed, type SummedBatch } from '#delta'
import { seededRandom } from '#platform'
import { pollUntil } from '#testing'
import { readGoldenFile } from '../../../../test/golden/golden-file.js'
import { BodyDigest } from '../batch-key.js'
import { createScanPool } from '../create-scan-pool.js'
import type { BodyScan, ScanOrder } from '../scan.js'
import { LostScan } from './lost-scan.js'
import type { ScanSettings } from './scan-settings.js'
import { ScanThreads } from './scan-threads.js'
import { PortThread } from './testing/port-thread.js'

const ARRIVED_AT_MS = Date.UTC(2026, 10, 23, 12, 0, 0)
const SETTINGS: ScanSettings = {
  codes: [{ code: 290, name: 'Half done', outcome: 'server_error' }],
  formats: new Map([['edge', { nginx: '$status $request_uri' }]]),
  sources: new Map([
    ['tenth', { sampleRate: 0.1 }],
    ['own', { format: 'edge', routes: ['/shop/{name}'] }],
    ['ids', { eventIds: 'request_id' }],
  ]),
  maxSources: 10,
  maxRecordBytes: 10_000,
  seriesPerSource: 10_000,
  routesPerService: 500,
  replayLateMs: 1e12,
  consumerSalt: 'salt',
  shares: 3,
}
const ORDER: ScanOrder = { source: 'edge', format: null, arrivedAtMs: ARRIVED_AT_MS, replayed: true }
const LINE = `{"ts":"2026-11-23T11:59:00.5Z","status":200,"path":"/a","request_id":"r"}\n`

const started: ScanThreads[] = []
afterEach(() => Promise.all(started.splice(0).map((scans) => scans.stop())))

function threads(count: number) {
  const begun: PortThread[] = []
  const told: unknown[] = []
  const begin = (): PortThread => {
    const thread = new PortThread(SETTINGS)
    begun.push(thread)
    return thread
  }
  const scans = new ScanThreads(createScanPool(SETTINGS), count, begin, (error) => told.push((error as Error).message))
  started.push(scans)
  return { scans, begun, told }
}

const ordersOf = (begun: readonly PortThread[]): string[] => begun.flatMap(({ orders }) => orders)

const beginOf = (scans: ScanThreads, order = ORDER) => {
  const digest = new BodyDigest(order.source, order.format)
  return { digest, scan: scans.beginBody(order, digest) }
}

const pushAll = (scan: BodyScan, chunks: readonly string[]): void => {
  for (const chunk of chunks) scan.push(Buffer.from(chunk), false)
}

/** Everything that a body comes to, in a form that can be compared. */
async function outcomeOf(scans: ScanThreads, order: ScanOrder, chunks: readonly Buffer[]): Promise<unknown> {
  const { scan, digest } = beginOf(scans, order)
  // A chunk that is given away is empty afterwards, so each is sent as a copy.
  for (const chunk of chunks) {
    const own = Buffer.allocUnsafeSlow(chunk.length)
    chunk.copy(own)
    scan.push(own, true)
    if (!scan.hashes) digest.update(chunk)
  }
  const isReadable = await scan.end()
  const batch = scan.seal(null, null)
  const delta = await encodeSummed([batch as SummedBatch])
  const { ledger, format, rejects, source, replayed, arrivedAtMs } = batch
  const outcome = {
    isReadable,
    ledger: { ...ledger },
    errors: scan.errors.map(({ index, reason }) => `${index} ${reason}`),
    identifiable: scan.identifiable,
    batch: { format, source, replayed, arrivedAtMs },
    rejects: rejects.map(({ record, ...told }) => ({ ...told, record: Buffer.from(record).toString('latin1') })),
    digest: Buffer.from(digest.digest()).toString('hex'),
    delta: Buffer.from(delta).toString('hex'),
  }
  scan.release()
  return outcome
}

/** Lines of every format that is known, and what is none. */
const LINES = readdirSync(new URL('../../../../test/golden', import.meta.url))
  .filter((name) => name.endsWith('.golden'))
  .flatMap((name) => readGoldenFile(`./${name}`).map(({ line }) => line))
  .concat(['', '\0\u0001', 'x'.repeat(20_000), '{"status":290,"path":"/half"}', '200 /shop/a', '{"status":'])

describe('a body that another thread has scanned', () => {
  it('comes to the same, byte by byte, whatever it holds and wherever its chunks are cut', async () => {
    const random = seededRandom(7)
    const below = (limit: number): number => Math.floor(random() * limit)
    const [far, near] = [threads(2).scans, threads(0).scans]
    for (let run = 0; run < 300; run++) {
      const lines = Array.from({ length: 1 + below(40) }, () => LINES[below(LINES.length)] ?? '')
      const body = Buffer.from(lines.join('\n').repeat(run % 50 === 0 ? 40 : 1))
      const cuts = Array.from({ length: 1 + below(4) }, () => below(body.length)).sort((a, b) => a - b)
      const chunks = [...cuts, body.length].map((to, at) => body.subarray(cuts[at - 1] ?? 0, to))
      const source = ['edge', 'tenth', 'own', 'else'][below(4)] ?? ''
      const order = { ...ORDER, source, replayed: below(2) === 0, format: below(8) === 0 ? 'edge' : null }
      expect(await outcomeOf(far, order, chunks)).toEqual(await outcomeOf(near, order, chunks))
    }
  })

  it('is delivered as what identifies it says', async () => {
    const { scans } = threads(1)
    for (const [told, key] of [
      ['exactly_once', { id: Buffer.alloc(32), body: Buffer.alloc(32), kind: 'content', shortLived: false }],
      ['at_least_once', null],
    ] as const) {
      const { scan } = beginOf(scans)
      pushAll(scan, [LINE, LINE])
      await scan.end()
      const { tally } = scan.seal(key, null) as SummedBatch
      expect(tally.delivery).toBe(told)
    }
  })
})

describe('which bodies leave this thread', () => {
  it('not one of a single chunk, whose end is told at once', () => {
    const { scans, begun } = threads(1)
    const { scan, digest } = beginOf(scans)
    pushAll(scan, [LINE])
    expect(scan.end()).toBe(true)
    const alone = new BodyDigest('edge', null)
    alone.update(Buffer.from(LINE))
    expect([scan.ledger.accepted, digest.digest()]).toEqual([1, alone.digest()])
    expect(ordersOf(begun)).toEqual([])
  })

  it('not one without a byte', () => {
    const { scan } = beginOf(threads(1).scans)
    expect([scan.end(), scan.ledger.received]).toEqual([true, 0])
  })

  it('not one whose events are known by ids, because it may be asked for again', () => {
    const { scans, begun } = threads(1)
    const { scan } = beginOf(scans, { ...ORDER, source: 'ids' })
    expect(scan.mayAskAgain).toBe(true)
    pushAll(scan, [LINE, LINE])
    expect([scan.end(), ordersOf(begun)]).toEqual([true, []])
  })

  it('one of two chunks, whose thread tells what memory it holds until it is released', async () => {
    const { scans } = threads(1)
    const { scan } = beginOf(scans)
    pushAll(scan, [LINE, LINE])
    expect(scan.heldBytes).toBe(0)
    await scan.end()
    expect(scan.heldBytes).toBeGreaterThan(40_000)
    scan.release()
    expect(scan.heldBytes).toBe(0)
  })

  it('the others in turns, to the thread with the least to do', async () => {
    const { scans, begun } = threads(2)
    const bodies = [LINE.repeat(9_000), LINE, LINE, LINE].map((chunk) => {
      const { scan } = beginOf(scans)
      pushAll(scan, [chunk, LINE])
      return scan
    })
    const [first, second] = begun.map(({ orders }) => orders.filter((order) => order === 'begin').length)
    expect([first, second]).toEqual([1, 3])
    await Promise.all(bodies.map((scan) => scan.end()))
    for (const scan of bodies) scan.release()
    expect(bodies.map(({ ledger }) => ledger.accepted)).toEqual([9_001, 2, 2, 2])
  })
})

describe('what has ended', () => {
  it('is encoded before chunks of others that came earlier', async () => {
    const { scans } = threads(1)
    const [ended, long] = [beginOf(scans).scan, beginOf(scans).scan]
    pushAll(ended, [LINE, LINE])
    await ended.end()
    pushAll(
      long,
      Array.from({ length: 40 }, () => LINE.repeat(900)),
    )
    const done: string[] = []
    await Promise.all([
      Promise.resolve(long.end()).then(() => done.push('scanned')),
      Promise.resolve(encodeSummed([ended.seal(null, null) as SummedBatch])).then(() => done.push('encoded')),
    ])
    expect(done).toEqual(['encoded', 'scanned'])
    for (const scan of [ended, long]) scan.release()
  })

  it('is gone from the thread once it is released', async () => {
    const { scan } = beginOf(threads(1).scans)
    pushAll(scan, [LINE, LINE])
    await scan.end()
    const batch = scan.seal(null, null) as SummedBatch
    expect(await encodeSummed([batch])).toEqual(await encodeSummed([batch]))
    scan.release()
    await expect(encodeSummed([batch])).rejects.toThrow('body 0 is not here')
  })
})

describe('a sender that is quicker than the threads', () => {
  it('is held up while megabytes wait, and goes on when they are scanned', async () => {
    const { scans } = threads(1)
    const { scan } = beginOf(scans)
    const chunk = LINE.repeat(900)
    let pushed = 0
    while (scan.room === null && pushed < 1_000) {
      scan.push(Buffer.from(chunk), false)
      pushed++
    }
    expect(pushed * chunk.length).toBeLessThan(5 << 20)
    await scan.room
    expect(scan.room).toBeNull()
    await scan.end()
    expect(scan.ledger.accepted).toBe(pushed * 900)
    scan.release()
  })
})

describe('a body that is given up', () => {
  it('leaves nothing on the thread, and no other body is touched', async () => {
    const { scans } = threads(1)
    for (let round = 0; round < 100; round++) {
      const [gone, kept] = [beginOf(scans).scan, beginOf(scans).scan]
      pushAll(gone, [LINE, LINE.slice(0, 10)])
      pushAll(kept, [LINE, LINE])
      gone.release()
      await kept.end()
      expect(kept.ledger.accepted).toBe(2)
      kept.release()
    }
    const load = () => scans.thread()?.load
    await pollUntil(() => load() === 0, { what: 'nothing to do', deadlineMs: 10_000 })
  })
})

describe('a thread that dies', () => {
  it('loses its bodies, which are told to come again, and no others', async () => {
    const { scans, begun, told } = threads(2)
    const [lost, kept, sealed] = [beginOf(scans).scan, beginOf(scans).scan, beginOf(scans).scan]
    for (const scan of [lost, kept, sealed]) pushAll(scan, [LINE, LINE])
    await sealed.end()
    const batch = sealed.seal(null, null) as SummedBatch
    const dead = begun.findIndex(({ orders }) => orders.filter((order) => order === 'begin').length === 2)
    const end = Promise.resolve(lost.end())
    begun[dead]?.die(new Error('out of memory'))
    await expect(end).rejects.toBeInstanceOf(LostScan)
    await expect(encodeSummed([batch])).rejects.toBeInstanceOf(LostScan)
    expect(await kept.end()).toBe(true)
    for (const scan of [lost, kept, sealed]) scan.release()
    expect(told).toEqual(['out of memory', 'a thread that scans ended with 1'])
  })

  it('fails bodies that have not ended, and nobody waits for room on it', async () => {
    const { scans, begun } = threads(1)
    const { scan } = beginOf(scans)
    pushAll(scan, [LINE, LINE])
    while (scan.room === null) scan.push(Buffer.alloc(65_536, LINE), false)
    const { room } = scan
    begun[0]?.die(new Error('gone'))
    await room
    pushAll(scan, [LINE])
    expect(scan.room).toBeNull()
    await expect(Promise.resolve(scan.end())).rejects.toBeInstanceOf(LostScan)
    scan.release()
  })

  describe('by the clock', () => {
    beforeEach(() => jest.useFakeTimers({ doNotFake: ['setImmediate', 'performance'] }))
    afterEach(() => jest.useRealTimers())

    it('is begun again after a second; meanwhile its work is done here', async () => {
      const { scans, begun } = threads(1)
      begun[0]?.die(new Error('gone'))
      const { scan, digest } = beginOf(scans)
      pushAll(scan, [LINE, LINE])
      expect([scan.end(), scan.ledger.accepted]).toEqual([true, 2])
      const alone = new BodyDigest('edge', null)
      alone.update(Buffer.from(LINE))
      alone.update(Buffer.from(LINE))
      expect(digest.digest()).toEqual(alone.digest())
      scan.release()
      jest.advanceTimersByTime(1_000)
      expect(begun).toHaveLength(2)
      const next = beginOf(scans).scan
      pushAll(next, [LINE, LINE])
      expect(await next.end()).toBe(true)
      next.release()
    })

    it('is not begun again once all are to stop', async () => {
      const { scans, begun } = threads(2)
      begun[0]?.die(new Error('gone'))
      await scans.stop()
      jest.advanceTimersByTime(10_000)
      expect(begun).toHaveLength(2)
    })
  })
})

describe('a bug in the scan of a body', () => {
  it.each(['before its end is asked for', 'behind it'])('fails that body alone: %s', async (when) => {
    const { scans, begun } = threads(1)
    const [bad, good] = [beginOf(scans).scan, beginOf(scans).scan]
    pushAll(bad, [LINE, LINE])
    pushAll(good, [LINE, LINE])
    const failed = { news: 'failed', body: 0, error: new TypeError('a bug'), scannedBytes: 0 }
    const end = when === 'behind it' ? Promise.resolve(bad.end()) : null
    begun[0]?.emit('message', failed)
    await expect(end ?? Promise.resolve(bad.end())).rejects.toThrow('a bug')
    expect(await good.end()).toBe(true)
    for (const scan of [bad, good]) scan.release()
  })
})
