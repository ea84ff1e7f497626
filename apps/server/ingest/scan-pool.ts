import type { Catalog } from '#catalog'
import {
  BatchTally,
  DEFAULT_TALLY_LIMITS,
  seal,
  type BatchKey,
  type Delivery,
  type FileSpan,
  type SealedBatch,
  type TallyOptions,
  type WriteRoute,
} from '#delta'
import type { EventSink } from '#event'
import type { SourceSettings } from '#platform'
import type { LabelTables } from './label-tables.js'
import { Scans, type Scan, type ScanOrder } from './scan.js'

/** Reads one body into a sink. */
export interface Scanner {
  push(chunk: Uint8Array): void
  end(): void
}

/** What a pool is made of. */
export interface ScanPoolParts {
  readonly catalog: Catalog
  readonly tables: LabelTables
  readonly sources: ReadonlyMap<string, SourceSettings>
  readonly formats: readonly string[]
  /** Hashes consumers where a source asks for it. */
  readonly consumerSalt: string
  /** Oldest event that a replay may load, ms before arrival. */
  readonly replayLateMs: number
  readonly createScanner: (format: string | null, timeZone: string | undefined, sink: EventSink) => Scanner
  /** `templates`: the operator's own, tried first. */
  readonly routeWriter: (templates: readonly string[]) => WriteRoute
}

/** Tallies kept for reuse; one more under way is made and let go. */
const KEPT_TALLIES = 64
/** A tally that one huge batch has blown up is let go. */
const KEPT_CAPACITY = 1 << 16

/** Scans whose tallies are reused, because their tables cost more than a small batch. */
export class ScanPool extends Scans {
  private readonly free: BatchTally[] = []
  private readonly writers = new Map<string, WriteRoute>()

  constructor(private readonly parts: ScanPoolParts) {
    super()
  }

  override get formats(): readonly string[] {
    return this.parts.formats
  }

  override begin(order: ScanOrder): Scan {
    const { parts } = this
    const settings = parts.sources.get(order.source)
    const format = order.format ?? settings?.format ?? null
    const options = this.optionsFor(order, settings)
    const tally = this.free.pop() ?? new BatchTally(options)
    tally.begin(options)
    const scanner = parts.createScanner(format, settings?.timezone, tally)
    return new PooledScan(order, format, options, tally, scanner, () => this.keep(tally))
  }

  private optionsFor(order: ScanOrder, settings: SourceSettings | undefined): PoolTallyOptions {
    const { source, arrivedAtMs, replayed } = order
    const { catalog, tables, consumerSalt, replayLateMs } = this.parts
    return {
      source,
      table: tables.of(source, arrivedAtMs),
      arrivedAtMs,
      replayed,
      fromQuarantine: order.fromQuarantine === true,
      delivery: 'at_least_once',
      outcomes: catalog.outcomeTable(source),
      owners: catalog.ownerTable(source),
      writeRoute: this.writerOf(source, settings),
      limits: replayed ? { ...DEFAULT_TALLY_LIMITS, lateMs: replayLateMs } : DEFAULT_TALLY_LIMITS,
      consumerSalt: settings?.hashConsumers === true ? consumerSalt : null,
    }
  }

  private writerOf(source: string, settings: SourceSettings | undefined): WriteRoute {
    const name = settings?.routes === undefined ? '' : source
    let writer = this.writers.get(name)
    if (writer === undefined) this.writers.set(name, (writer = this.parts.routeWriter(settings?.routes ?? [])))
    return writer
  }

  private keep(tally: BatchTally): void {
    if (this.free.length < KEPT_TALLIES && tally.capacity <= KEPT_CAPACITY) this.free.push(tally)
  }
}

/** How a batch is delivered is known only after its scan. */
type PoolTallyOptions = Omit<TallyOptions, 'delivery'> & { delivery: Delivery }

class PooledScan implements Scan {
  private released = false

  constructor(
    private readonly order: ScanOrder,
    private readonly format: string | null,
    private readonly options: PoolTallyOptions,
    private readonly tally: BatchTally,
    private readonly scanner: Scanner,
    private readonly giveBack: () => void,
  ) {}

  push(chunk: Uint8Array): void {
    this.scanner.push(chunk)
  }

  end(): void {
    this.scanner.end()
  }

  get ledger(): SealedBatch['ledger'] {
    return this.tally.ledger
  }

  get errors(): BatchTally['errors'] {
    return this.tally.errors
  }

  get identifiable(): boolean {
    return this.tally.isIdentifiable
  }

  seal(key: BatchKey | null, file: FileSpan | null): SealedBatch {
    const { arrivedAtMs, replayed, quarantineIds } = this.order
    const identified = key !== null || file !== null || quarantineIds !== undefined
    this.options.delivery = identified ? 'exactly_once' : 'at_least_once'
    const batch = seal(this.tally, { arrivedAtMs, key, file, replayed, format: this.format })
    return quarantineIds === undefined ? batch : { ...batch, quarantineIds }
  }

  release(): void {
    if (this.released) return
    this.released = true
    this.giveBack()
  }
}
