import type { Delivery } from '#delta'
import type { Envelope } from '#event'
import { Refusal } from '../http/refusal.js'
import type { BodyDigest } from './batch-key.js'
import type { BodyBytes } from './in-flight.js'
import type { IngestArguments } from './ingest-arguments.js'
import type { BodyScan, EventIdentity } from './scan.js'

/** Takes one record, or a small body of several, out of its wrapping. */
export type TakePart = (record: string | Uint8Array, envelope: Envelope | null) => void

/** What the intake asks of a door whose records are wrapped. */
export interface BodyExchange {
  /** Hands over the records of a whole decoded body, in order. Throws a `Refusal` only where nothing of it can be used. */
  unpack(body: Buffer, take: TakePart): void
  /** The sender's own id of the batch, the same when it sends the batch again; asked once, behind `unpack`. */
  readonly batchId?: string | null
  /** True where the wrapping tells by itself, say by times to the nanosecond, that another body is not the same; asked behind `unpack`. */
  readonly isIdentifiable?: boolean
}

/** A batch as a door hands it over, wherever its bytes come from. */
export interface BatchOrder {
  readonly keyId: string
  readonly batch: IngestArguments
  /** Takes the body apart, where its records are wrapped; such a body is held whole until it is counted. */
  readonly exchange?: BodyExchange
  /** Asked where no record of a body counts: whether its first bytes tell that another door is meant. */
  readonly stray?: (head: Buffer) => Refusal | null
  /** What makes single events of this door known again in other batches; the settings of the source come first. */
  readonly eventIds?: EventIdentity | null
  /** How the door delivers, where that is less than what the identity of the batch promises. */
  readonly delivery?: Delivery
}

/** One for all, because a new one notes where it comes from, which costs more than the rest of such an answer. */
export const OVERLOADED = new Refusal('overloaded')

const encoder = new TextEncoder()
const HEAD_BYTES = 512
const EMPTY = Buffer.alloc(0)

/** A body on its way: its bytes go into the scan as they come, and stay as long as somebody may ask for them again. */
export class OpenBody {
  /** After decompression. */
  decodedBytes = 0
  /** Its first bytes, at least 512 where there are so many. */
  head: Buffer = EMPTY
  private readonly chunks: Buffer[] = []
  /** Of these chunks, and of records that stand beside the body. */
  private keptBytes = 0
  private borrowed: Promise<unknown> | null = null
  private readonly parts: (readonly [Uint8Array, Envelope | null])[] = []

  constructor(
    readonly order: BatchOrder,
    readonly scan: BodyScan,
    /** Null where the span of a file identifies the batch. */
    readonly digest: BodyDigest | null,
    private readonly memory: BodyBytes,
  ) {}

  /**
   * Takes the next chunk; true where it is still needed. Only an owned one may be given away. `readerBytes` are held by who reads
   * it. Throws a `Refusal` where there is no room for what the body holds.
   */
  push(chunk: Buffer, isOwned = false, readerBytes = 0): boolean {
    if (this.head.length < HEAD_BYTES) this.keepHead(chunk, isOwned)
    this.decodedBytes += chunk.length
    this.memory.receive(chunk.length)
    const isHashed = this.scan.hashes || (this.digest?.update(chunk) ?? true)
    const { exchange } = this.order
    const isKept = exchange !== undefined || this.scan.mayAskAgain
    if (isKept) {
      this.chunks.push(chunk)
      this.keptBytes += chunk.length
    }
    const isTaken = exchange === undefined && this.scan.push(chunk, isOwned)
    this.hold(readerBytes)
    return isKept || isTaken || !isHashed
  }

  /** A copy, but of a small chunk that nobody takes away. */
  private keepHead(chunk: Buffer, isOwned: boolean): void {
    const isKept = this.head.length === 0 && chunk.length <= HEAD_BYTES && !isOwned
    this.head = isKept ? chunk : Buffer.concat([this.head, chunk.subarray(0, HEAD_BYTES)])
  }

  /** Takes the whole body apart, where its records are wrapped. */
  unpack(): void {
    const { exchange } = this.order
    if (exchange === undefined) return
    const body = Buffer.concat(this.chunks.splice(0))
    exchange.unpack(body, (record, envelope) => {
      const bytes = typeof record === 'string' ? encoder.encode(record) : record
      if (this.scan.mayAskAgain) this.keep(bytes, envelope)
      this.scan.part(bytes, envelope)
      this.hold()
    })
  }

  private keep(bytes: Uint8Array, envelope: Envelope | null): void {
    this.parts.push([bytes, envelope])
    this.keptBytes += bytes.length
  }

  private hold(readerBytes = 0): void {
    const bytes = this.keptBytes + this.scan.heldBytes + readerBytes
    if (bytes === this.memory.held || this.memory.hold(bytes)) return
    const { mostBytes } = this.memory
    // Alone it would not find room another time either.
    if (bytes > mostBytes) throw new Refusal('body_too_large', { limit: mostBytes, when: 'in memory' })
    throw OVERLOADED
  }

  /** Hands the same body to the scan once more. */
  again(): void {
    for (const [bytes, envelope] of this.parts) this.scan.part(bytes, envelope)
    if (this.order.exchange === undefined) for (const chunk of this.chunks) this.scan.push(chunk, false)
  }

  /** An append goes on after its sender was answered: until it ends it may ask for anything of this body. */
  lend(append: Promise<unknown>): void {
    this.borrowed = append
  }

  /** Gives everything back, as soon as nobody uses it. */
  close(): void {
    const free = (): void => this.free()
    if (this.borrowed === null) free()
    else this.borrowed.then(free, free)
  }

  private free(): void {
    this.memory.end()
    this.scan.release()
  }
}
