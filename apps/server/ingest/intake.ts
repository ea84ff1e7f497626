import type { IncomingMessage } from 'node:http'
import { type Clock } from '#platform'
import { type AppendResult, type Journal, JournalUnavailable, type SourceDirectory } from '#store'
import { Refusal } from '../http/refusal.js'
import { LATE } from '../within.js'
import type { Admission } from './admission.js'
import { batchKey, BodyDigest } from './batch-key.js'
import { BodyRead, type BodyLimits, type BodyOutcome } from './body-read.js'
import type { Encoding } from './decoder.js'
import type { InFlight } from './in-flight.js'
import type { JournalRoom } from './journal-room.js'
import { OpenBody, OVERLOADED, type BatchOrder } from './open-body.js'
import { Patience } from './patience.js'
import type { RateLimit } from './rate-limit.js'
import { ReadTurns } from './read-turns.js'
import type { ScanOrder, Scans } from './scan.js'
import type { SlowBodies } from './slow-bodies.js'
import { wholeBody } from './whole-body.js'

/** One request body as a door hands it over. */
export interface IntakeOrder extends BatchOrder {
  readonly raw: IncomingMessage
  readonly encoding: Encoding
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
  /** Of a replay: how many events are older than the retention of `daysYears`; absent: none. */
  readonly tooOld?: number
  readonly daysYears?: number
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
  readonly admission: Admission
  readonly journalRoom: Pick<JournalRoom, 'full'>
  readonly slowBodies: SlowBodies
  /** `retention.daysYears`, for the reply to a replay of what is older. */
  readonly daysYears: number
  /** Told of a bug that ended an append whose sender was answered already. */
  readonly report: (bug: unknown) => void
  /** A sender is told to come again where its batch is not durable so long after its last byte; default 5,000 ms. */
  readonly answerMs?: number
}

/** The shortest that known senders wait for an answer is 10 s; some count from the first byte. */
const ANSWER_MS = 5_000
/** What waits to be folded does not become less at once. */
const FOLD_SECONDS = 5

/** The way of every batch, whatever its door: read, scan, key, append, answer. */
export class Intake {
  private readonly patience: Patience
  private readonly turns = new ReadTurns()

  constructor(private readonly parts: IntakeParts) {
    this.patience = new Patience(parts.answerMs ?? ANSWER_MS)
  }

  /** Reads and counts a request body. Bodies are never held whole, but where they came so or their records are wrapped. */
  take(order: IntakeOrder): Promise<IntakeResult> {
    return this.open(
      order,
      (body, source) => {
        const whole = wholeBody(order.raw, order.encoding, this.parts.limits)
        if (whole === null) return this.read(order, body, source)
        body.push(whole)
        return { result: 'read', bytes: whole.length }
      },
      order.exchange === undefined,
    )
  }

  /** Whether a body so long may be taken whole. */
  fits(bytes: number): boolean {
    const { compressedBytes, decodedBytes } = this.parts.limits
    return bytes <= compressedBytes && bytes <= decodedBytes
  }

  /** Counts a batch that is in memory already. */
  takeWhole(order: BatchOrder, bytes: Buffer): Promise<IntakeResult> {
    return this.open(order, (body) => {
      body.push(bytes)
      return { result: 'read', bytes: bytes.length }
    })
  }

  /** `isStream`: it may come in many chunks, and none of them is asked for again. */
  private async open(order: BatchOrder, fill: Fill, isStream = false): Promise<IntakeResult> {
    const admitted = this.admit(order.batch.source)
    const source = admitted instanceof Promise ? await admitted : admitted
    if (source instanceof Refusal) return { result: 'refused', refusal: source, bytes: 0 }
    const { scans, clock, inFlight, admission } = this.parts
    const memory = inFlight.begin(source)
    if (memory === null) return { result: 'refused', refusal: OVERLOADED, bytes: 0 }
    if (!admission.enter(source, inFlight.receivedBytes, clock.monotonicMs())) {
      memory.end()
      return { result: 'refused', refusal: OVERLOADED, bytes: 0 }
    }
    const { batch } = order
    const digest = batch.file === null ? new BodyDigest(batch.source, batch.format) : null
    const scanOrder = scanOrderOf(order, source, clock.now())
    const scan = isStream ? scans.beginBody(scanOrder, digest) : scans.begin(scanOrder)
    const body = new OpenBody(order, scan, digest, memory)
    let bytes = 0
    try {
      const filled = fill(body, source)
      const outcome = filled instanceof Promise ? await filled : filled
      bytes = outcome.bytes
      if (outcome.result !== 'read') return outcome
      body.unpack()
      const ended = isWhole(body) ? body.scan.end() : false
      const refusal = this.judge(body, source, ended instanceof Promise ? await ended : ended)
      if (refusal !== null) return { result: 'refused', refusal, bytes }
      const append = this.append(body)
      const counted = append === null ? NOTHING_APPENDED : await this.answered(body, append)
      if (counted instanceof Refusal) return { result: 'refused', refusal: counted, bytes }
      return resultOf(body, counted, bytes, this.parts.daysYears)
    } catch (thrown) {
      if (thrown instanceof Refusal) return { result: 'refused', refusal: thrown, bytes }
      throw thrown
    } finally {
      admission.leave(source, clock.monotonicMs())
      body.close()
    }
  }

  /**
   * The name to count under, before the body is read: the sender's own, or `{other}` past the budget of sources. Refuses a
   * source over its rate, and everybody while more bytes wait than fit, here or in the journal.
   */
  private admit(name: string): string | Refusal | Promise<string | Refusal> {
    if (this.parts.inFlight.full) return OVERLOADED
    if (this.parts.journalRoom.full) return new Refusal('journal_full', { retryAfterSeconds: FOLD_SECONDS })
    const resolved = this.parts.sources.resolve(name)
    if (typeof resolved === 'string') return this.admitSource(resolved)
    return resolved.then(
      (source) => this.admitSource(source),
      () => new Refusal('not_durable'),
    )
  }

  private admitSource(source: string): string | Refusal {
    const { rate, clock } = this.parts
    const waitSeconds = rate.waitSeconds(source, clock.monotonicMs())
    if (waitSeconds === 0) return source
    return new Refusal('over_rate', { source, limit: rate.eventsPerSecond, retryAfterSeconds: waitSeconds })
  }

  private async read(order: IntakeOrder, body: OpenBody, source: string): Promise<BodyOutcome> {
    const { limits, slowBodies, admission } = this.parts
    let isSlow = false
    const slow = (): void => {
      isSlow = true
      admission.waitForSender(source)
    }
    const consume = (chunk: Buffer, isOwned: boolean): boolean => body.push(chunk, isOwned, read.heldBytes)
    const turn = this.turns.begin()
    const room = (): Promise<void> | null => body.scan.room ?? this.turns.room(turn)
    const read: BodyRead = new BodyRead(order.raw, order.encoding, limits, consume, room, slow)
    slowBodies.add(read)
    try {
      return await read.run()
    } finally {
      slowBodies.remove(read)
      if (isSlow) admission.goOn(source)
    }
  }

  /** Why a body cannot be counted; null where it can, and what it costs its source is taken. */
  private judge(body: OpenBody, source: string, isLog: boolean): Refusal | null {
    const { scan } = body
    if (!isWhole(body)) return new Refusal('bad_file_span')
    if (!isLog) return new Refusal('unreadable_body')
    const { ledger } = scan
    const stray = ledger.accepted > 0 ? null : body.order.stray?.(body.head)
    if (stray) return stray
    this.parts.rate.spend(source, ledger.received, this.parts.clock.monotonicMs())
    return null
  }

  /** Null where there is nothing to append. */
  private append(body: OpenBody): Promise<AppendResult[]> | null {
    const { scan, digest } = body
    const { batch, keyId, exchange } = body.order
    const { received: events } = scan.ledger
    if (events === 0 && batch.file === null) return null
    const { source, idempotencyKey } = batch
    const requestId = exchange?.batchId ?? null
    const identifiable = scan.identifiable || exchange?.isIdentifiable === true
    const facts = { source, keyId, idempotencyKey, requestId, events, identifiable }
    const key = digest === null ? null : batchKey(facts, digest)
    return this.parts.journal.append([scan.seal(key, batch.file, () => body.again())])
  }

  /**
   * What became of an append, or after a while that it is not known to be durable. It may still end well: the sender comes again
   * with the same batch, which then is a duplicate.
   */
  private async answered(body: OpenBody, append: Promise<AppendResult[]>): Promise<Counted | Refusal> {
    const { admission, clock } = this.parts
    const sinceMs = clock.monotonicMs()
    try {
      const results = await this.patience.within(append)
      admission.answered(clock.monotonicMs() - sinceMs)
      if (results !== LATE) return outcomeOf(results[0])
    } catch (error) {
      if (error instanceof JournalUnavailable) return new Refusal('not_durable')
      throw error
    }
    body.lend(append)
    append.catch((error: unknown) => {
      if (!(error instanceof JournalUnavailable || error instanceof Refusal)) this.parts.report(error)
    })
    return new Refusal('not_durable')
  }
}

function scanOrderOf({ batch, eventIds = null, delivery }: BatchOrder, source: string, arrivedAtMs: number): ScanOrder {
  const { source: named, format, replayed } = batch
  const known = { source, named, format, replayed, arrivedAtMs, eventIds }
  return delivery === undefined ? known : { ...known, delivery }
}

/** Hands the bytes of a body over. */
type Fill = (body: OpenBody, source: string) => BodyOutcome | Promise<BodyOutcome>

/** A part of a file that is shorter or longer than its span would leave a hole, or count bytes twice. */
function isWhole({ order, decodedBytes }: OpenBody): boolean {
  const { file } = order.batch
  return file === null || file.to - file.from === decodedBytes
}

type Counted = Extract<AppendResult, { result: 'accepted' | 'duplicate' }>

const NOTHING_APPENDED: Counted = { result: 'accepted' }

function resultOf({ scan, order }: OpenBody, append: Counted, bytes: number, daysYears: number): CountedBody {
  const end = append.fileEnd === undefined ? {} : { end: append.fileEnd }
  const { received, accepted, duplicate, rejected, rejectedBy } = scan.ledger
  const { too_old: old } = rejectedBy
  const tooOld = order.batch.replayed && old !== undefined ? { tooOld: old, daysYears } : {}
  if (append.result === 'duplicate')
    return { result: 'counted', bytes, accepted: 0, duplicate: received, rejected: 0, errors: [], ...end }
  return { result: 'counted', bytes, accepted, duplicate, rejected, errors: scan.errors, ...tooOld, ...end }
}

function outcomeOf(append: AppendResult | undefined): Counted | Refusal {
  if (append === undefined) return new Refusal('not_durable')
  if (append.result === 'key_conflict') return new Refusal('idempotency_key_reused')
  if (append.result === 'file_gap') return new Refusal('file_gap', { end: append.fileEnd })
  return append
}
