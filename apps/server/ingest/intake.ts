import type { IncomingMessage } from 'node:http'
import type { Envelope } from '#event'
import { type Clock } from '#platform'
import { type AppendResult, type Journal, JournalUnavailable, type SourceDirectory } from '#store'
import { Refusal } from '../http/refusal.js'
import { BodyDigest, batchKey } from './batch-key.js'
import { BodyRead, type BodyLimits, type BodyOutcome } from './body-read.js'
import type { Encoding } from './decoder.js'
import type { InFlight } from './in-flight.js'
import type { IngestArguments } from './ingest-arguments.js'
import type { RateLimit } from './rate-limit.js'
import type { EventIdentity, Scan, Scans } from './scan.js'
import type { SlowBodies } from './slow-bodies.js'

/** One body as a door hands it over. */
export interface IntakeOrder {
  readonly raw: IncomingMessage
  readonly encoding: Encoding
  readonly keyId: string
  readonly batch: IngestArguments
  /** Takes the body apart, where its records are wrapped; such a body is held whole until it is counted. */
  readonly exchange?: BodyExchange
  /** What makes single events of this door known again in other batches; the settings of the source come first. */
  readonly eventIds?: EventIdentity | null
}

/** What the intake asks of a door whose records are wrapped. */
export interface BodyExchange {
  unpack(body: Buffer, take: (record: string | Uint8Array, envelope: Envelope | null) => void): void
  readonly batchId?: string | null
}

/** A body that is durable. */
export interface CountedBody {
  readonly result: 'counted'
  /** As sent. */
  readonly bytes: number
  readonly accepted: number
  readonly duplicate: number
  readonly rejected: number
  /** The first ten. */
  readonly errors: readonly { readonly index: number; readonly reason: string }[]
  /** End offset now stored for the file, where the batch was part of one. */
  readonly end?: number
}

/** What became of a body. */
export type IntakeResult =
  | CountedBody
  | { readonly result: 'refused'; readonly refusal: Refusal; readonly bytes: number }
  /** The sender went away; nothing was counted. */
  | { readonly result: 'aborted'; readonly bytes: number }

/** What an intake is made of. */
export interface IntakeParts {
  readonly scans: Scans
  readonly journal: Journal
  readonly sources: Pick<SourceDirectory, 'resolve'>
  readonly clock: Clock
  readonly limits: BodyLimits
  readonly rate: RateLimit
  readonly inFlight: InFlight
  readonly slowBodies: SlowBodies
}

/** A body on its way; without a digest where the span of a file identifies it. */
interface ReadBody {
  readonly order: IntakeOrder
  /** Counted under this name. */
  readonly source: string
  readonly scan: Scan
  /** Hands the body to the scan once more. */
  readonly again: () => void
  readonly digest: BodyDigest | null
  readonly decodedBytes: number
}

/** The way of every body, whatever its door: read, scan, key, append, answer. Bodies are never held whole. */
export class Intake {
  constructor(private readonly parts: IntakeParts) {}

  async take(order: IntakeOrder): Promise<IntakeResult> {
    const source = await this.admit(order.batch.source)
    if (source instanceof Refusal) return { result: 'refused', refusal: source, bytes: 0 }
    const scan = this.parts.scans.begin({
      ...order.batch,
      source,
      arrivedAtMs: this.parts.clock.now(),
      eventIds: order.eventIds ?? null,
    })
    const digest = order.batch.file === null ? new BodyDigest(order.batch.source, order.batch.format) : null
    const { exchange } = order
    const held: Part[] = []
    const chunks: Buffer[] = []
    let heldBytes = 0
    try {
      const outcome = await this.read(order, (chunk) => {
        heldBytes += chunk.length
        this.parts.inFlight.add(chunk.length)
        digest?.update(chunk)
        if (exchange !== undefined || scan.mayAskAgain) chunks.push(chunk)
        if (exchange === undefined) scan.push(chunk)
      })
      if (outcome.result !== 'read') return outcome
      exchange?.unpack(Buffer.concat(chunks), (record, envelope) => {
        const part = [typeof record === 'string' ? encoder.encode(record) : record, envelope] as const
        if (scan.mayAskAgain) held.push(part)
        scan.part(...part)
      })
      const again = (): void => {
        for (const part of held) scan.part(...part)
        if (exchange === undefined) for (const chunk of chunks) scan.push(chunk)
      }
      return await this.count({ order, source, scan, digest, again, decodedBytes: heldBytes }, outcome.bytes)
    } catch (thrown) {
      if (thrown instanceof Refusal) return { result: 'refused', refusal: thrown, bytes: heldBytes }
      throw thrown
    } finally {
      this.parts.inFlight.remove(heldBytes)
      scan.release()
    }
  }

  /**
   * The name to count under, before the body is read: the sender's own, or `{other}` past the budget of sources. Refuses a
   * source over its rate, and everybody while more bytes wait than fit.
   */
  private async admit(name: string): Promise<string | Refusal> {
    if (this.parts.inFlight.full) return new Refusal('overloaded')
    const source = await this.parts.sources.resolve(name).catch(() => null)
    if (source === null) return new Refusal('not_durable')
    const { rate, clock } = this.parts
    const waitSeconds = rate.waitSeconds(source, clock.monotonicMs())
    if (waitSeconds === 0) return source
    return new Refusal('over_rate', { source, limit: rate.eventsPerSecond, retryAfterSeconds: waitSeconds })
  }

  private async read(order: IntakeOrder, consume: (chunk: Buffer) => void): Promise<BodyOutcome> {
    const read = new BodyRead(order.raw, order.encoding, this.parts.limits, consume)
    this.parts.slowBodies.add(read)
    try {
      return await read.run()
    } finally {
      this.parts.slowBodies.remove(read)
    }
  }

  private async count(body: ReadBody, bytes: number): Promise<IntakeResult> {
    const { scan, source } = body
    if (!isWhole(body)) return { result: 'refused', refusal: new Refusal('bad_file_span'), bytes }
    if (!scan.end()) return { result: 'refused', refusal: new Refusal('unreadable_body'), bytes }
    this.parts.rate.spend(source, scan.ledger.received, this.parts.clock.monotonicMs())
    const append = await this.append(body)
    if (append instanceof Refusal) return { result: 'refused', refusal: append, bytes }
    const end = append.fileEnd === undefined ? {} : { end: append.fileEnd }
    const { received, accepted, duplicate, rejected } = scan.ledger
    if (append.result === 'duplicate')
      return { result: 'counted', bytes, accepted: 0, duplicate: received, rejected: 0, errors: [], ...end }
    return { result: 'counted', bytes, accepted, duplicate, rejected, errors: scan.errors, ...end }
  }

  private async append({ order, scan, again, digest }: ReadBody): Promise<Counted | Refusal> {
    const { batch, keyId, exchange } = order
    const { received } = scan.ledger
    if (received === 0 && batch.file === null) return { result: 'accepted' }
    const requestId = exchange?.batchId ?? null
    const facts = { keyId, requestId, events: received, identifiable: scan.identifiable }
    const key = digest === null ? null : batchKey({ ...batch, ...facts }, digest)
    try {
      const [result] = await this.parts.journal.append([scan.seal(key, batch.file, again)])
      return judge(result)
    } catch (error) {
      if (error instanceof JournalUnavailable) return new Refusal('not_durable')
      throw error
    }
  }
}

type Part = readonly [record: Uint8Array, envelope: Envelope | null]
const encoder = new TextEncoder()

/** A part of a file that is shorter or longer than its span would leave a hole, or count bytes twice. */
function isWhole({ order, decodedBytes }: ReadBody): boolean {
  const { file } = order.batch
  return file === null || file.to - file.from === decodedBytes
}

type Counted = Extract<AppendResult, { result: 'accepted' | 'duplicate' }>

function judge(append: AppendResult | undefined): Counted | Refusal {
  if (append === undefined) return new Refusal('not_durable')
  if (append.result === 'key_conflict') return new Refusal('idempotency_key_reused')
  if (append.result === 'file_gap') return new Refusal('file_gap', { end: append.fileEnd })
  return append
}
