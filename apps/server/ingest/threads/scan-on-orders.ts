import { batchSegments, type SegmentBytes } from '#delta'
import { BodyDigest } from '../batch-key.js'
import { giveBack } from '../give-back.js'
import type { PooledScan, ScanPool } from '../scan-pool.js'
import type { DeliveredBody, ReadBody, ThreadNews, ThreadOrder } from './thread-talk.js'

/** As much of a port as is used here. */
export interface ThreadPort {
  on(event: 'message', listener: (order: ThreadOrder) => void): unknown
  postMessage(news: ThreadNews, transfer?: ArrayBuffer[]): void
}

interface OpenScan {
  readonly scan: PooledScan
  readonly digest: BodyDigest | null
  /** Memory that the other side knows of. */
  toldHeldBytes: number
}

type Work = Extract<ThreadOrder, { order: 'push' | 'end' }>

/** The other side learns at least so often how much is scanned. */
const TELL_BYTES = 512 * 1024
/** Orders that need no scanning wait no longer than this. */
const TURN_MS = 1

/** Scans as the other end of `port` says, in turns: what has to be encoded goes before chunks that wait. */
export function scanOnOrders(pool: ScanPool, port: ThreadPort): void {
  new ThreadScans(pool, port).listen()
}

class ThreadScans {
  private readonly open = new Map<number, OpenScan>()
  private work: Work[] = []
  private isDue = false
  private scannedBytes = 0
  private toldBytes = 0

  constructor(
    private readonly pool: ScanPool,
    private readonly port: ThreadPort,
  ) {}

  listen(): void {
    this.port.on('message', (order) => this.take(order))
  }

  private take(order: ThreadOrder): void {
    switch (order.order) {
      case 'begin': {
        const digest = order.digest === null ? null : new BodyDigest(order.digest.source, order.digest.format)
        this.open.set(order.body, { scan: this.pool.begin(order.scan), digest, toldHeldBytes: 0 })
        return
      }
      case 'release':
        this.open.get(order.body)?.scan.release()
        this.open.delete(order.body)
        return
      case 'encode':
        return this.encode(order.request, order.bodies)
      default:
        this.work.push(order)
        this.goOn()
    }
  }

  private goOn(): void {
    if (this.isDue) return
    this.isDue = true
    setImmediate(this.turn)
  }

  private readonly turn = (): void => {
    this.isDue = false
    const untilMs = performance.now() + TURN_MS
    let done = 0
    while (done < this.work.length && (done === 0 || performance.now() < untilMs)) this.scan(this.work[done++]!)
    this.work = this.work.slice(done)
    if (this.work.length > 0) this.goOn()
    if (this.scannedBytes - this.toldBytes >= TELL_BYTES) this.tell({ news: 'scanned' })
  }

  private scan(work: Work): void {
    const { body } = work
    const open = this.open.get(body)
    try {
      if (work.order === 'push')
        this.push(body, open, Buffer.from(work.chunk.buffer, work.chunk.byteOffset, work.chunk.length))
      else if (open !== undefined) this.end(body, open)
    } catch (error) {
      open?.scan.release()
      this.open.delete(body)
      this.tell({ news: 'failed', body, error })
    }
  }

  private push(body: number, open: OpenScan | undefined, chunk: Buffer): void {
    this.scannedBytes += chunk.length
    if (open === undefined) return
    const isHashed = open.digest?.update(chunk) ?? true
    open.scan.push(chunk)
    if (isHashed) giveBack(chunk)
    const { heldBytes } = open.scan
    if (heldBytes <= open.toldHeldBytes) return
    open.toldHeldBytes = heldBytes
    this.tell({ news: 'grew', body, heldBytes })
  }

  private end(body: number, { scan, digest }: OpenScan): void {
    const isReadable = scan.end()
    const { ledger, errors, identifiable, seriesCount, rejects, formatRead: format } = scan
    const read: ReadBody = {
      isReadable,
      format,
      ledger,
      errors,
      identifiable,
      seriesCount,
      rejects,
      digest: digest?.digest() ?? null,
    }
    // Nothing asks this thread for them any more.
    this.tell(
      { news: 'ended', body, read },
      rejects.map(({ record }) => record.buffer as ArrayBuffer),
    )
  }

  private encode(request: number, bodies: readonly DeliveredBody[]): void {
    try {
      const segments = this.segmentsOf(bodies)
      this.tell({ news: 'encoded', request, segments }, [segments.bytes.buffer])
    } catch (error) {
      this.tell({ news: 'not_encoded', request, error })
    }
  }

  private segmentsOf(bodies: readonly DeliveredBody[]): SegmentBytes {
    return batchSegments(
      bodies.map(({ body, delivery }) => {
        const open = this.open.get(body)
        if (open === undefined) throw new Error(`body ${body} is not here`)
        return open.scan.summed(delivery)
      }),
    )
  }

  private tell(news: Untold, transfer?: ArrayBuffer[]): void {
    this.toldBytes = this.scannedBytes
    this.port.postMessage({ ...news, scannedBytes: this.scannedBytes }, transfer)
  }
}

type Untold = ThreadNews extends infer News ? (News extends ThreadNews ? Omit<News, 'scannedBytes'> : never) : never
