import type { Catalog } from '#catalog'
import {
  BatchTally,
  DEFAULT_TALLY_LIMITS,
  RejectRoom,
  seal,
  type BatchKey,
  type Delivery,
  type FileSpan,
  type SealedBatch,
  type TallyLimits,
  type TallyOptions,
  type WriteRoute,
} from '#delta'
import { BodyScanner, type Envelope, type Formats, type ReadingOptions } from '#event'
import type { SourceSettings } from '#platform'
import type { LabelTables } from './label-tables.js'
import { EventIdSink } from './event-id-sink.js'
import { Scans, type EventIdentity, type Scan, type ScanOrder } from './scan.js'

/** What a pool is made of. */
export interface ScanPoolParts {
  readonly catalog: Catalog
  readonly tables: LabelTables
  readonly sources: ReadonlyMap<string, SourceSettings>
  readonly formats: Formats
  readonly maxRecordBytes: number
  /** Hashes consumers where a source asks for it. */
  readonly consumerSalt: string
  /** Oldest event that a replay may load, ms before arrival. */
  readonly replayLateMs: number
  /** A batch may have as many series where that is more than usual. */
  readonly seriesPerSource?: number
  /** `templates`: the operator's own, tried first. */
  readonly routeWriter: (templates: readonly string[]) => WriteRoute
  /** For the rejected records of all bodies under way; default 32 MiB. */
  readonly rejectBytes?: number
  /** For the readers that are kept for the next bodies; default `KEPT_BYTES`. */
  readonly keptBytes?: number
}

/** Memory of readers kept for reuse: some 80 kB each, and a new one costs ten times what a single event does. */
export const KEPT_BYTES = 16 << 20
/** One that a huge batch has blown up to more than this part of it is let go. */
const LARGEST_SHARE = 1 / 16
/** What a reader holds beside what grows. */
const READER_BYTES = 40 * 1024

/** A scanner that tells one tally. */
class Reader {
  readonly scanner: BodyScanner
  readonly tally: BatchTally

  constructor(reading: ReadingOptions, options: TallyOptions, rejectRoom: RejectRoom) {
    this.tally = new BatchTally(options, rejectRoom)
    this.scanner = new BodyScanner(reading, this.tally)
  }

  /** Bytes of memory, about. */
  get heldBytes(): number {
    return READER_BYTES + this.scanner.heldBytes + this.tally.heldBytes
  }
}

/** A way of reading, and the readers kept that read so. */
interface Way {
  readonly reading: PoolReading
  readonly kept: Reader[]
}

/** Scans whose buffers are reused, because they cost more than a small batch. */
export class ScanPool extends Scans {
  /** By settings and format asked for: both are few, whatever senders call themselves. */
  private readonly ways = new Map<SourceSettings | undefined, Map<string | null, Way>>()
  private readonly free = new Map<string, Reader[]>()
  private readonly writers = new Map<string, WriteRoute>()
  private readonly rejectRoom: RejectRoom
  private readonly limits: TallyLimits
  private readonly replayLimits: TallyLimits
  private keptBytes = 0

  constructor(private readonly parts: ScanPoolParts) {
    super()
    this.rejectRoom = new RejectRoom(parts.rejectBytes)
    const maxSeries = Math.max(DEFAULT_TALLY_LIMITS.maxSeries, parts.seriesPerSource ?? 0)
    this.limits = { ...DEFAULT_TALLY_LIMITS, maxSeries }
    this.replayLimits = { ...this.limits, lateMs: parts.replayLateMs }
  }

  override get formats(): readonly string[] {
    return this.parts.formats.names.filter((name) => name !== 'auto')
  }

  override begin(order: ScanOrder): PooledScan {
    const settings = this.parts.sources.get(nameOf(order))
    const { reading, kept } = this.wayOf(order.format, settings)
    const options = this.optionsFor(order, settings)
    const reader = this.lend(kept) ?? new Reader(reading, options, this.rejectRoom)
    const identity = identityOf(order, settings)
    return new PooledScan(order, options, reader, identity, () => this.takeBack(reader, kept))
  }

  private lend(kept: Reader[]): Reader | undefined {
    const reader = kept.pop()
    if (reader !== undefined) this.keptBytes -= reader.heldBytes
    return reader
  }

  private takeBack(reader: Reader, kept: Reader[]): void {
    const { heldBytes } = reader
    const { keptBytes: limit = KEPT_BYTES } = this.parts
    if (heldBytes > limit * LARGEST_SHARE || this.keptBytes + heldBytes > limit) return
    this.keptBytes += heldBytes
    kept.push(reader)
  }

  /** Whether the events of such a body are known by ids, so that it may be asked for again. */
  mayAskAgain(order: ScanOrder): boolean {
    return identityOf(order, this.parts.sources.get(nameOf(order))) !== null
  }

  private wayOf(format: string | null, settings: SourceSettings | undefined): Way {
    let ways = this.ways.get(settings)
    if (ways === undefined) this.ways.set(settings, (ways = new Map()))
    let way = ways.get(format)
    if (way === undefined) {
      const reading = this.readingOf(format, settings)
      ways.set(format, (way = { reading, kept: this.keptFor(reading) }))
    }
    return way
  }

  /** Names were checked where they came in; a configured one that no release knows any more means: by content. */
  private readingOf(asked: string | null, settings: SourceSettings | undefined): PoolReading {
    const { formats, maxRecordBytes } = this.parts
    const { timezone, sampleRate, side } = settings ?? {}
    return {
      format: formats.get(asked ?? settings?.format ?? 'auto') ?? formats.auto,
      maxRecordBytes,
      ...(timezone !== undefined && { timeZone: timezone }),
      ...(sampleRate !== undefined && { weight: 1 / sampleRate }),
      ...(side !== undefined && { side }),
    }
  }

  /** A reader reads one way all its life. */
  private keptFor({ format, timeZone, weight, side }: PoolReading): Reader[] {
    const name = `${format.name} ${timeZone} ${weight} ${side}`
    let kept = this.free.get(name)
    if (kept === undefined) this.free.set(name, (kept = []))
    return kept
  }

  private optionsFor(order: ScanOrder, settings: SourceSettings | undefined): PoolTallyOptions {
    const { source, arrivedAtMs, replayed } = order
    const named = nameOf(order)
    const { catalog, tables, consumerSalt } = this.parts
    return {
      source,
      table: tables.of(source, arrivedAtMs),
      arrivedAtMs,
      replayed,
      fromQuarantine: order.fromQuarantine === true,
      delivery: 'at_least_once',
      outcomes: catalog.outcomeTable(named),
      owners: catalog.ownerTable(named),
      writeRoute: this.writerOf(named, settings),
      limits: replayed ? this.replayLimits : this.limits,
      consumerSalt: settings?.hashConsumers === true ? consumerSalt : null,
    }
  }

  private writerOf(source: string, settings: SourceSettings | undefined): WriteRoute {
    const name = settings?.routes === undefined ? '' : source
    let writer = this.writers.get(name)
    if (writer === undefined) this.writers.set(name, (writer = this.parts.routeWriter(settings?.routes ?? [])))
    return writer
  }
}

function nameOf({ source, named = source }: ScanOrder): string {
  return named
}

/** The settings of the source come first. */
function identityOf(order: ScanOrder, settings: SourceSettings | undefined): EventIdentity | null {
  const identity = settings?.eventIds ?? order.eventIds ?? 'off'
  return identity === 'off' ? null : identity
}

type PoolReading = ReadingOptions & Required<Pick<ReadingOptions, 'format'>>

const NONE: ReadonlySet<string> = new Set()

/** How a batch is delivered is known only after its scan. */
type PoolTallyOptions = Omit<TallyOptions, 'delivery'> & { delivery: Delivery }

/** A scan with a reader of a pool. */
export class PooledScan implements Scan {
  readonly hashes = false
  readonly room = null
  private format: string | null = null
  private released = false
  private ids: EventIdSink | null = null

  constructor(
    private readonly order: ScanOrder,
    private readonly options: PoolTallyOptions,
    private readonly reader: Reader,
    private readonly identity: EventIdentity | null,
    private readonly giveBack: () => void,
  ) {
    this.begin(NONE)
  }

  get mayAskAgain(): boolean {
    return this.identity !== null
  }

  /** Begins the body, or begins it again without the events that are `known`. */
  private begin(known: ReadonlySet<string>): void {
    const { tally, scanner } = this.reader
    tally.begin(this.options)
    this.ids = this.identity === null ? null : new EventIdSink(tally, nameOf(this.order), this.identity, known)
    scanner.reset(this.ids ?? tally)
  }

  get heldBytes(): number {
    return this.reader.heldBytes + (this.ids?.heldBytes ?? 0)
  }

  push(chunk: Uint8Array): false {
    this.reader.scanner.push(chunk)
    return false
  }

  part(bytes: Uint8Array, envelope: Envelope | null): void {
    this.reader.scanner.part(bytes, envelope)
  }

  shed(records: number): void {
    this.reader.tally.shed(records)
  }

  end(): boolean {
    const { format, unreadable } = this.reader.scanner.end()
    this.format = format
    return !unreadable
  }

  get ledger(): SealedBatch['ledger'] {
    return this.reader.tally.ledger
  }

  get errors(): BatchTally['errors'] {
    return this.reader.tally.errors
  }

  /** Of the body that has ended. */
  get formatRead(): string | null {
    return this.format
  }

  get rejects(): SealedBatch['rejects'] {
    return this.reader.tally.rejects
  }

  get seriesCount(): number {
    return this.reader.tally.seriesCount
  }

  get identifiable(): boolean {
    return this.reader.tally.isIdentifiable
  }

  seal(key: BatchKey | null, file: FileSpan | null, again?: () => void): SealedBatch {
    const whole = this.sealed(key, file)
    if (again === undefined || this.ids === null || this.ids.ids.size === 0) return whole
    const ids = [...this.ids.ids]
    let left: ReadonlySet<string> = new Set()
    let batch = whole
    const without = (known: ReadonlySet<string>): SealedBatch => {
      if (isSame(known, left)) return batch
      this.begin(known)
      again()
      this.end()
      left = known
      return (batch = this.sealed(key, file))
    }
    return { ...whole, events: { ids, without } }
  }

  private sealed(key: BatchKey | null, file: FileSpan | null): SealedBatch {
    const { quarantineIds } = this.order
    const batch = this.summed(deliveryOf(this.order, key, file), key, file)
    return quarantineIds === undefined ? batch : { ...batch, quarantineIds }
  }

  /** The sums of the body, delivered like this. */
  summed(delivery: Delivery, key: BatchKey | null = null, file: FileSpan | null = null): SealedBatch<BatchTally> {
    const { arrivedAtMs, replayed } = this.order
    this.options.delivery = delivery
    return seal(this.reader.tally, { arrivedAtMs, key, file, replayed, format: this.format })
  }

  release(): void {
    if (this.released) return
    this.released = true
    this.reader.tally.forgetRejects()
    this.giveBack()
  }
}

/** How a batch came, by what identifies it. */
export function deliveryOf(order: ScanOrder, key: BatchKey | null, file: FileSpan | null): Delivery {
  const isIdentified = key !== null || file !== null || order.quarantineIds !== undefined
  return order.delivery ?? (isIdentified ? 'exactly_once' : 'at_least_once')
}

function isSame(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  return a.size === b.size && [...a].every((id) => b.has(id))
}
