import { EventEmitter } from 'node:events'
import { jest } from '@jest/globals'
import { foldInThread, type FoldNews, type FoldOrder } from './fold-thread.js'
import type { FoldingOptions } from './folding.js'

const OPTIONS: FoldingOptions = { url: 'postgres://x', silenceTimeoutMs: 1, idleMs: 1, folder: { holder: 'a' } }
const REPORT = { held: true, deltas: 1, bytes: 2, cells: 3, failed: 0, setAside: 0, series: 4, more: false }

/** A thread that the test plays. */
class PlayedThread extends EventEmitter {
  readonly orders: FoldOrder[] = []
  postMessage(order: FoldOrder): void {
    this.orders.push(order)
  }
  tell(news: FoldNews): void {
    this.emit('message', news)
  }
}

function started() {
  const threads: PlayedThread[] = []
  const told: unknown[] = []
  const begin = (): PlayedThread => {
    const thread = new PlayedThread()
    threads.push(thread)
    return thread
  }
  const watch = {
    folded: (...news: unknown[]) => told.push(news),
    failed: (error: unknown) => told.push((error as Error).message),
  }
  const folding = foldInThread(OPTIONS, watch, begin)
  const current = (): PlayedThread => threads.at(-1) ?? begin()
  return { folding, threads, told, current }
}

describe('a fold on a thread of its own', () => {
  beforeEach(() => jest.useFakeTimers())
  afterEach(() => jest.useRealTimers())

  it('passes on what it is told, both ways', () => {
    const { folding, current, told } = started()
    folding.wake()
    expect(current().orders).toEqual(['wake'])
    current().tell({ news: 'folded', report: REPORT, durationMs: 5 })
    current().tell({ news: 'failed', error: new Error('no database') })
    expect(told).toEqual([[REPORT, 5], 'no database'])
  })

  it('is told of many appends once in 50 ms, and of the last one as well', () => {
    const { folding, current } = started()
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
    const { folding, threads, told, current } = started()
    current().emit('error', new Error('out of memory'))
    current().emit('exit', 1)
    expect(told).toEqual(['out of memory', 'the thread of the fold ended with 1'])
    folding.wake()
    expect(threads).toHaveLength(1)
    jest.advanceTimersByTime(1_000)
    expect(threads).toHaveLength(2)
    folding.wake()
    expect(current().orders).toEqual(['wake'])
  })

  it('is stopped once it has ended', async () => {
    const { folding, threads, current, told } = started()
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
    const { folding, threads, current } = started()
    current().emit('exit', 1)
    await folding.stop()
    jest.advanceTimersByTime(10_000)
    expect(threads).toHaveLength(1)
  })
})
