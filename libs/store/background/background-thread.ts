import type { EventEmitter } from 'node:events'
import { setFlagsFromString } from 'node:v8'
import { Worker } from 'node:worker_threads'
import type { FoldReport } from '../fold/folder.js'
import type { Folding, FoldingOptions, FoldWatch } from '../fold/folding.js'
import { QueryError, type QueryErrorCode } from '../query/query-error.js'
import type { TrafficText } from '../traffic/traffic-metrics.js'
import type { TrafficOptions } from '../traffic/traffic-reader.js'
import type { Background } from './background.js'
import { Spaced } from './spaced.js'

/** What the thread tells. */
export type News =
  | { readonly news: 'folded'; readonly report: FoldReport; readonly durationMs: number }
  | { readonly news: 'failed'; readonly error: unknown }
  | { readonly news: 'traffic'; readonly texts: TrafficText[] }
  | { readonly news: 'no traffic'; readonly failure: Failure }

/** An error on its way between threads, which keeps no class. */
export interface Failure {
  /** Of a QueryError. */
  readonly code: QueryErrorCode | null
  readonly error: unknown
}

/** What the thread is told; every `traffic` is answered, in turn. */
export type Order = 'wake' | 'traffic' | 'stop'

/** What the thread begins with. */
export interface ThreadWork {
  /** Null where this server does not fold. */
  readonly folding: FoldingOptions | null
  readonly traffic: TrafficOptions
}

/** As much of a thread as is used here. */
export interface Thread extends Pick<EventEmitter, 'on'> {
  postMessage(order: Order): void
}

interface Fold {
  readonly options: FoldingOptions
  readonly watch: FoldWatch
}

const AGAIN_MS = 1_000
/** The thread is told of appends so often at most: every word wakes it, and it folds less often still. */
const WAKES_APART_MS = 50

/**
 * Folds, and writes the traffic's part of /metrics, on a thread of its own: the one takes a fifth of the time of a busy server, the
 * other up to a tenth of a second at once, and both would hold up its requests. A thread that dies is told of and begun again after a
 * second; nothing is lost, because deltas leave the journal only by a commit. Without a fold it begins with the first scrape.
 */
export class BackgroundThread implements Background {
  private thread: Thread | null = null
  private folding: Fold | null = null
  private again: NodeJS.Timeout | undefined
  private stopped: PromiseWithResolvers<void> | null = null
  private asked: PromiseWithResolvers<TrafficText[]>[] = []
  private readonly waking = new Spaced(WAKES_APART_MS, () => this.thread?.postMessage('wake'))

  constructor(
    private readonly trafficOptions: TrafficOptions,
    private readonly beginThread: (work: ThreadWork) => Thread = begin,
  ) {}

  fold(options: FoldingOptions, watch: FoldWatch): Folding {
    this.folding = { options, watch }
    this.run()
    return { wake: () => this.waking.call(), stop: () => this.stop() }
  }

  traffic(): Promise<TrafficText[]> {
    if (this.thread === null && this.folding === null && this.stopped === null) this.run()
    if (this.thread === null)
      return Promise.reject(new QueryError('unavailable', 'the thread of /metrics begins again'))
    const asked = Promise.withResolvers<TrafficText[]>()
    this.asked.push(asked)
    this.thread.postMessage('traffic')
    return asked.promise
  }

  stop(): Promise<void> {
    if (this.stopped !== null) return this.stopped.promise
    this.stopped = Promise.withResolvers<void>()
    clearTimeout(this.again)
    this.waking.cancel()
    if (this.thread === null) this.stopped.resolve()
    else this.thread.postMessage('stop')
    return this.stopped.promise
  }

  private run(): void {
    const thread = this.beginThread({ folding: this.folding?.options ?? null, traffic: this.trafficOptions })
    this.thread = thread
    thread.on('message', (news: News) => this.hear(news))
    thread.on('error', (error: unknown) => this.failed(error))
    thread.on('exit', (code: number) => this.ended(code))
  }

  private hear(told: News): void {
    if (told.news === 'folded') this.folding?.watch.folded(told.report, told.durationMs)
    else if (told.news === 'failed') this.failed(told.error)
    else if (told.news === 'traffic') this.asked.shift()?.resolve(told.texts)
    else this.asked.shift()?.reject(errorOf(told.failure))
  }

  private ended(code: number): void {
    this.thread = null
    for (const { reject } of this.asked.splice(0))
      reject(new QueryError('unavailable', 'the thread of /metrics ended: ask again'))
    if (this.stopped !== null) return this.stopped.resolve()
    this.failed(new Error(`the thread beside the requests ended with ${code}`))
    if (this.folding !== null) this.again = setTimeout(() => this.run(), AGAIN_MS)
  }

  /** Without a fold, those who ask for the traffic hear of it. */
  private failed(error: unknown): void {
    if (this.folding !== null) return this.folding.watch.failed(error)
    for (const { reject } of this.asked.splice(0)) reject(error)
  }
}

function errorOf({ code, error }: Failure): unknown {
  return code === null || !(error instanceof Error) ? error : new QueryError(code, error.message)
}

/**
 * Little room for new objects, for each half of it, in MB: what a fold makes lives for one statement, and the server has its
 * memory for requests.
 */
const SEMI_SPACE_MB = 4

function begin(workerData: ThreadWork): Thread {
  // By the flag, because `resourceLimits` say nothing against one that the process was started with. It is read when a heap is
  // made, so that of the main thread keeps its size.
  setFlagsFromString(`--max-semi-space-size=${SEMI_SPACE_MB}`)
  return new Worker(new URL('./background-thread-main.js', import.meta.url), { name: 'background', workerData })
}
