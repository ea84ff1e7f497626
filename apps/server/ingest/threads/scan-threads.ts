import { setFlagsFromString } from 'node:v8'
import { Worker } from 'node:worker_threads'
import type { BodyDigest } from '../batch-key.js'
import { Scans, type BodyScan, type Scan, type ScanOrder } from '../scan.js'
import type { ScanPool } from '../scan-pool.js'
import { ChunkedScan, type ScanPlaces } from './chunked-scan.js'
import type { ScanSettings } from './scan-settings.js'
import { ScanThread, type Thread } from './scan-thread.js'

/** Begins a thread. */
export type BeginScanThread = () => Thread

const AGAIN_MS = 1_000

/**
 * Scans bodies of more than one chunk on threads of their own, and everything else here. A thread that dies is told of and begun
 * again after a second; its bodies are lost, their senders repeat them. Without any all is scanned here.
 */
export class ScanThreads extends Scans implements ScanPlaces {
  private readonly threads: (ScanThread | null)[]
  private readonly again = new Set<NodeJS.Timeout>()
  private isStopping = false

  constructor(
    private readonly pool: ScanPool,
    count: number,
    private readonly beginThread: BeginScanThread,
    /** Told of what a thread died of. */
    private readonly report: (error: unknown) => void,
  ) {
    super()
    this.threads = Array.from({ length: count }, () => null)
    for (let slot = 0; slot < count; slot++) this.start(slot)
  }

  /** How many threads scan. */
  get count(): number {
    return this.threads.length
  }

  override get formats(): readonly string[] {
    return this.pool.formats
  }

  override begin(order: ScanOrder): Scan {
    return this.pool.begin(order)
  }

  override beginBody(order: ScanOrder, digest: BodyDigest | null): BodyScan {
    if (this.threads.length === 0 || this.pool.mayAskAgain(order)) return this.pool.begin(order)
    return new ChunkedScan(order, digest, this)
  }

  here(order: ScanOrder): Scan {
    return this.pool.begin(order)
  }

  /** The one with the least to do. */
  thread(): ScanThread | null {
    let least: ScanThread | null = null
    for (const thread of this.threads)
      if (thread?.isAlive === true && (least === null || thread.load < least.load)) least = thread
    return least
  }

  /** Ends the threads; nobody may wait for any of them by then. */
  async stop(): Promise<void> {
    this.isStopping = true
    for (const timer of this.again) clearTimeout(timer)
    await Promise.all(this.threads.map((thread) => thread?.stop()))
  }

  private start(slot: number): void {
    const begun = this.beginThread()
    this.threads[slot] = new ScanThread(begun)
    begun.on('error', (error) => this.report(error))
    begun.on('exit', (code) => {
      if (this.isStopping) return
      this.report(new Error(`a thread that scans ended with ${code}`))
      const timer = setTimeout(() => {
        this.again.delete(timer)
        this.start(slot)
      }, AGAIN_MS)
      this.again.add(timer)
    })
  }
}

/** Room for new objects, for each half of it, in MB: what a body makes lives until the next one. */
const SEMI_SPACE_MB = 4

/** Begins a thread of its own by these settings. */
export function beginScanThread(workerData: ScanSettings): Worker {
  // By the flag, because `resourceLimits` say nothing against one that the process was started with. It is read when a heap is
  // made, so that of the main thread keeps its size.
  setFlagsFromString(`--max-semi-space-size=${SEMI_SPACE_MB}`)
  return new Worker(new URL('./scan-thread-main.js', import.meta.url), { name: 'scan', workerData })
}
