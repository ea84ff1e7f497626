import { EventEmitter } from 'node:events'
import { jest } from '@jest/globals'
import type { FoldingOptions } from '../fold/folding.js'
import { BackgroundThread, type News, type Order, type ThreadWork } from './background-thread.js'

const OPTIONS: FoldingOptions = { url: 'postgres://x', silenceTimeoutMs: 1, idleMs: 1, folder: { holder: 'a' } }
const TRAFFIC = { url: 'postgres://x', zeroCodes: [], routes: false, overlays: [] }
const REPORT = { held: true, deltas: 1, bytes: 2, cells: 3, failed: 0, setAside: 0, series: 4, more: false }

/** A thread that the test plays. */
class PlayedThread extends EventEmitter {
  readonly orders: Order[] = []
  postMessage(order: Order): void {
    this.orders.push(order)
  }
  tell(news: News): void {
    this.emit('message', news)
  }
}

function started() {
  const threads: PlayedThread[] = []
  const works: ThreadWork[] = []
  const told: unknown[] = []
  const begin = (work: ThreadWork): PlayedThread => {
    works.push(work)
    const thread = new PlayedThread()
    threads.push(thread)
    return thread
  }
  const watch = {
    folded: (...news: unknown[]) => told.push(news),
    failed: (error: unknown) => told.push((error as Error).message),
  }
  const background = new BackgroundThread(TRAFFIC, begin)
  const fold = () => background.fold(OPTIONS, watch)
  const current = (): PlayedThread => threads.at(-1)!
  return { background, fold, threads, works, told, current }
}

describe('a fold on a thread of its own', () => {
  beforeEach(() => jest.useFakeTimers())
  afterEach(() => jest.useRealTimers())

  it('passes on what it is told, both ways', () => {
    const { fold, current, told } = started()
    const folding = fold()
    folding.wake()
    expect(current().orders).toEqual(['wake'])
    current().tell({ news: 'folded', report: REPORT, durationMs: 5 })
    current().tell({ news: 'failed', error: new Error('no database') })
    expect(told).toEqual([[REPORT, 5], 'no database'])
  })

  it('is told of many appends once in 50 ms, and of the last one as well', () => {
    const { fold, current } = started()
    const folding = fold()
    for (let append = 0; append < 10; append++) folding.wake()
    expect(current().orders).toEqual(['wake'])
    jest.advanceTimersByTime(60)
    expect(current().orders).toEqual(['wake', 'wake'])
    jest.advanceTimersByTime(10_000)
    expect(current().orders).toEqual(['wake', 'wake'])
    folding.wake()
    expect(current().orders).toEqual(['wake', 'wake', 'wake'])
  })

  it('is begun again after a second when it dies, and told of', () => {
    const { fold, threads, told, current } = started()
    const folding = fold()
    current().emit('error', new Error('out of memory'))
    current().emit('exit', 1)
    expect(told).toEqual(['out of memory', 'the thread beside the requests ended with 1'])
    folding.wake()
    expect(threads).toHaveLength(1)
    jest.advanceTimersByTime(1_000)
    expect(threads).toHaveLength(2)
    folding.wake()
    expect(current().orders).toEqual(['wake'])
  })

  it('is stopped once it has ended', async () => {
    const { fold, threads, current, told } = started()
    const folding = fold()
    let isStopped = false
    const stopped = folding.stop().then(() => (isStopped = true))
    expect(current().orders).toEqual(['stop'])
    await Promise.resolve()
    expect(isStopped).toBe(false)
    current().emit('exit', 0)
    await stopped
    jest.advanceTimersByTime(10_000)
    expect([threads.length, told]).toEqual([1, []])
  })

  it('is not begun again by a stop between its death and its new beginning', async () => {
    const { fold, threads, current } = started()
    const folding = fold()
    current().emit('exit', 1)
    await folding.stop()
    jest.advanceTimersByTime(10_000)
    expect(threads).toHaveLength(1)
  })
})

describe('the traffic of /metrics on that thread', () => {
  const TEXTS = [{ name: 'gateway_http_requests_total' as const, chunks: [new Uint8Array(3)] }]
  beforeEach(() => jest.useFakeTimers())
  afterEach(() => jest.useRealTimers())

  it('is written by the one that folds, each answer to the one who asked', async () => {
    const { background, fold, threads, works, current } = started()
    fold()
    const asked = [background.traffic(), background.traffic()]
    expect([threads.length, works, current().orders]).toEqual([
      1,
      [{ folding: OPTIONS, traffic: TRAFFIC }],
      ['traffic', 'traffic'],
    ])
    current().tell({ news: 'no traffic', failure: { code: 'timeout', error: new Error('too long') } })
    current().tell({ news: 'traffic', texts: TEXTS })
    await expect(asked[0]).rejects.toMatchObject({ name: 'QueryError', code: 'timeout', message: 'too long' })
    expect(await asked[1]).toBe(TEXTS)
  })

  it('begins a thread with the first scrape where nothing is folded, and again with the next when it has died', async () => {
    const { background, threads, works, current } = started()
    expect(threads).toHaveLength(0)
    const lost = background.traffic()
    expect(works).toEqual([{ folding: null, traffic: TRAFFIC }])
    current().emit('error', new Error('out of memory'))
    current().emit('exit', 1)
    await expect(lost).rejects.toThrow('out of memory')
    jest.advanceTimersByTime(10_000)
    expect(threads).toHaveLength(1)
    const asked = background.traffic()
    current().tell({ news: 'traffic', texts: TEXTS })
    expect([threads.length, await asked]).toEqual([2, TEXTS])
    const stopped = background.stop()
    expect(current().orders).toEqual(['traffic', 'stop'])
    current().emit('exit', 0)
    await stopped
  })

  it('is refused as unavailable while the thread is away, and once it has stopped', async () => {
    const { background, fold, threads, current } = started()
    fold()
    const lost = background.traffic()
    current().emit('exit', 1)
    await expect(lost).rejects.toMatchObject({ code: 'unavailable' })
    await expect(background.traffic()).rejects.toMatchObject({ code: 'unavailable' })
    jest.advanceTimersByTime(1_000)
    expect(threads).toHaveLength(2)
    const stopped = background.stop()
    current().emit('exit', 0)
    await stopped
    await expect(background.traffic()).rejects.toMatchObject({ code: 'unavailable' })
  })

  it('needs no thread to stop', async () => {
    const { background, threads } = started()
    await background.stop()
    expect(threads).toHaveLength(0)
  })
})
