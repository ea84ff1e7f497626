import type { EventEmitter } from 'node:events'
import { setFlagsFromString } from 'node:v8'
import { Worker } from 'node:worker_threads'
import type { FoldReport } from './folder.js'
import type { Folding, FoldingOptions, FoldWatch } from './folding.js'

/** What the thread tells. */
export type FoldNews =
  | { readonly news: 'folded'; readonly report: FoldReport; readonly durationMs: number }
  | { readonly news: 'failed'; readonly error: unknown }

/** What the thread is told. */
export type FoldOrder = 'wake' | 'stop'

/** As much of a thread as is used here. */
export interface FoldThread extends Pick<EventEmitter, 'on'> {
  postMessage(order: FoldOrder): void
}

const AGAIN_MS = 1_000
/** The thread is told of appends so often at most: every word wakes it, and it folds less often still. */
const WAKES_APART_MS = 50

/**
 * Folds on a thread of its own: a fold takes a fifth of the time of a busy server, and would hold up its requests. A thread that
 * dies is told of and begun again after a second; nothing is lost, because deltas leave the journal only by a commit.
 */
export function foldInThread(
  options: FoldingOptions,
  watch: FoldWatch,
  begin: (options: FoldingOptions) => FoldThread = beginThread,
): Folding {
  let thread: FoldThread | null = null
  let again: NodeJS.Timeout | undefined
  let waking: NodeJS.Timeout | null = null
  let wokenMs = -Infinity
  const ended = Promise.withResolvers<void>()
  let stopping = false
  const run = (): void => {
    thread = begin(options)
    thread.on('message', (told: FoldNews) => {
      if (told.news === 'folded') watch.folded(told.report, told.durationMs)
      else watch.failed(told.error)
    })
    thread.on('error', (error: unknown) => watch.failed(error))
    thread.on('exit', (code: number) => {
      thread = null
      if (stopping) return ended.resolve()
      watch.failed(new Error(`the thread of the fold ended with ${code}`))
      again = setTimeout(run, AGAIN_MS)
    })
  }
  run()
  const wakeNow = (): void => {
    waking = null
    if (thread === null) return
    wokenMs = performance.now()
    thread.postMessage('wake')
  }
  return {
    wake: () => {
      if (waking !== null) return
      const waitMs = wokenMs + WAKES_APART_MS - performance.now()
      if (waitMs <= 0) wakeNow()
      else waking = setTimeout(wakeNow, waitMs)
    },
    stop: () => {
      stopping = true
      clearTimeout(again)
      clearTimeout(waking ?? undefined)
      if (thread === null) ended.resolve()
      else thread.postMessage('stop')
      return ended.promise
    },
  }
}

/**
 * Little room for new objects, for each half of it, in MB: what a fold makes lives for one statement, and the server has its
 * memory for requests.
 */
const SEMI_SPACE_MB = 4

function beginThread(workerData: FoldingOptions): FoldThread {
  // By the flag, because `resourceLimits` say nothing against one that the process was started with. It is read when a heap is
  // made, so that of the main thread keeps its size.
  setFlagsFromString(`--max-semi-space-size=${SEMI_SPACE_MB}`)
  return new Worker(new URL('./fold-thread-main.js', import.meta.url), { name: 'fold', workerData })
}
