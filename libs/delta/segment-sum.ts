import { OUTCOMES } from '#catalog'
import { CellTable } from './cell-table.js'
import { ConsumerSum } from './consumer-sum.js'
import { DELIVERIES, type Delivery, type LatencyColumns, type Ledger, type SampleEvent, type Segment } from './delta.js'
import { LatencyTable } from './latency-table.js'
import { addLedger, emptyLedger } from './ledger.js'
import { packFacts, SeriesTable } from './series-table.js'
import { spreadSamples, type SampleRoom } from './spread-samples.js'

/** A segment whose labels are ids of `word` instead of positions in `words`: what a tally and a decoded segment both are. */
export interface SegmentPart extends Omit<Segment, 'words' | 'source' | 'latencies'> {
  /** A table of its own is added as it is: its columns cost more than a small batch. */
  readonly latencies: LatencyColumns | LatencyTable
  /** Labels are below this. */
  readonly labels: number
  /** Parts with the same function have the same labels. */
  readonly word: (label: number) => string
}

/** Samples are thinned out after so many times those of ten seconds have come: not for every part, and within bounds. */
const THIN_AFTER = 4

/** How much a sum will probably hold, so that its tables need not grow. */
export interface Room {
  readonly series?: number
  readonly cells?: number
  readonly latencies?: number
}

const powerOfTwo = (count = 0): number => 2 ** Math.max(6, Math.ceil(Math.log2(count + 1)))

/** Adds segments of one source into one. Order does not matter while no bound is reached; sums never depend on it. */
export class SegmentSum {
  readonly words: string[] = []
  readonly series: SeriesTable
  readonly cells: CellTable
  readonly latencies: LatencyTable
  readonly ledger: Ledger = emptyLedger()
  arrivedAtMs = 0
  newestEventMs = 0
  oldestEventMs = 0
  /** The weakest of what senders did; records that come back out of the quarantine say nothing about them. */
  delivery: Delivery = 'exactly_once'
  overflowed = 0
  private readonly consumers = new ConsumerSum()
  private sampled: SampleEvent[] = []
  /** With so many samples they are thinned out. */
  private thinAt: number
  private readonly positions = new Map<string, number>()
  /** Of the part before, by label: mostly the next one has the same labels. */
  private known: { word: SegmentPart['word'] | null; words: Int32Array } = { word: null, words: new Int32Array(0) }

  constructor(
    readonly source: string,
    private readonly sampleRoom: SampleRoom,
    room: Room = {},
  ) {
    this.series = new SeriesTable(powerOfTwo(room.series))
    this.cells = new CellTable(powerOfTwo(room.cells))
    this.latencies = new LatencyTable(powerOfTwo(room.latencies))
    this.thinAt = THIN_AFTER * sampleRoom.perSlot
  }

  /** Adds a ledger alone, of a batch that arrived at `arrivedAtMs`. */
  addLedger(ledger: Ledger, arrivedAtMs: number, delivery: Delivery): void {
    addLedger(this.ledger, ledger)
    this.arrivedAtMs = Math.max(this.arrivedAtMs, arrivedAtMs)
    const fromQuarantine = ledger.replayed > 0 && ledger.replayed === ledger.accepted
    if (!fromQuarantine && DELIVERIES.indexOf(delivery) > DELIVERIES.indexOf(this.delivery)) this.delivery = delivery
  }

  add(part: SegmentPart): void {
    this.addLedger(part.ledger, part.arrivedAtMs, part.delivery)
    this.overflowed += part.overflowed
    this.addEventTimes(part)
    const words = this.wordsFor(part)
    const series = this.addSeries(part, words)
    this.addCells(part, series)
    this.addLatencies(part, words)
    for (const sample of part.samples) this.sampled.push({ ...sample, series: series[sample.series]! })
    if (this.sampled.length > this.thinAt) this.thinSamples()
    for (const { service, bucket, consumer, count } of part.consumers) {
      this.consumers.add(this.wordOf(part, words, service), bucket, consumer, count)
    }
  }

  /** The sum as a segment. Its columns are the live ones: encode or copy them before adding more. */
  segment(replayed: boolean): Segment {
    const { source, arrivedAtMs, newestEventMs, oldestEventMs, delivery, ledger, overflowed, words, series, cells } =
      this
    const times = { arrivedAtMs, newestEventMs, oldestEventMs }
    const latencies = this.latencies.columns()
    const { samples } = this
    const consumers = this.consumers.rows()
    return {
      source,
      ...times,
      replayed,
      delivery,
      ledger,
      overflowed,
      words,
      series,
      cells,
      latencies,
      samples,
      consumers,
    }
  }

  get samples(): readonly SampleEvent[] {
    this.thinSamples()
    return this.sampled
  }

  get consumerRows(): ReturnType<ConsumerSum['rows']> {
    return this.consumers.rows()
  }

  private addEventTimes(part: SegmentPart): void {
    if (part.newestEventMs > this.newestEventMs) this.newestEventMs = part.newestEventMs
    if (part.oldestEventMs > 0 && (this.oldestEventMs === 0 || part.oldestEventMs < this.oldestEventMs)) {
      this.oldestEventMs = part.oldestEventMs
    }
  }

  /** Positions in `words` by label, -1 where they are not known yet. */
  private wordsFor({ word, labels }: SegmentPart): Int32Array {
    if (this.known.word !== word || this.known.words.length < labels)
      this.known = { word, words: new Int32Array(labels).fill(-1) }
    return this.known.words
  }

  private wordOf(part: SegmentPart, words: Int32Array, label: number): number {
    const known = words[label]!
    return known >= 0 ? known : (words[label] = this.positionOf(part.word(label)))
  }

  private positionOf(word: string): number {
    const known = this.positions.get(word)
    if (known !== undefined) return known
    this.positions.set(word, this.words.length)
    return this.words.push(word) - 1
  }

  private addSeries(part: SegmentPart, words: Int32Array): Int32Array {
    const { length, gateway, service, route, code, method, protocol, outcome, owner } = part.series
    const positions = new Int32Array(length)
    for (let row = 0; row < length; row++) {
      const facts = packFacts(code[row]!, method[row]!, protocol[row]!, outcome[row]!, owner[row]!)
      positions[row] = this.series.put(
        this.wordOf(part, words, gateway[row]!),
        this.wordOf(part, words, service[row]!),
        this.wordOf(part, words, route[row]!),
        facts,
      )
    }
    return positions
  }

  private addCells({ cells, replayed }: SegmentPart, series: Int32Array): void {
    const sum = this.cells
    for (let row = 0; row < cells.length; row++) {
      const cell = sum.put(series[cells.series[row]!]!, cells.bucket[row]!)
      const count = cells.count[row]!
      sum.count[cell]! += count
      sum.retries[cell]! += cells.retries[row]!
      sum.bytes[cell]! += cells.bytes[row]!
      sum.durationUs[cell]! += cells.durationUs[row]!
      sum.estimated[cell]! |= cells.estimated[row]!
      if (replayed) sum.replayed[cell]! += count
    }
  }

  private addLatencies(part: SegmentPart, words: Int32Array): void {
    const { latencies } = part
    const { length, gateway, service, route, bucket, class: classes } = latencies
    const cells = new Int32Array(length)
    for (let row = 0; row < length; row++)
      cells[row] = this.latencies.put(
        this.wordOf(part, words, gateway[row]!),
        this.wordOf(part, words, service[row]!),
        this.wordOf(part, words, route[row]!),
        classes[row]!,
        bucket[row]!,
      )
    if (latencies instanceof LatencyTable) this.latencies.addAll(latencies, cells)
    else this.addColumns(latencies, cells)
  }

  private addColumns({ length, sumUs, ends, indexes, counts }: LatencyColumns, cells: Int32Array): void {
    for (let row = 0, entry = 0; row < length; row++) {
      const cell = cells[row]!
      this.latencies.sumUs[cell]! += sumUs[row]!
      for (; entry < ends[row]!; entry++) this.latencies.add(cell, indexes[entry]!, counts[entry]!, 0)
    }
  }

  private thinSamples(): void {
    const { service, outcome } = this.series
    const kindOf = ({ series }: SampleEvent): number => service[series]! * OUTCOMES.length + outcome[series]!
    this.sampled = [...spreadSamples(this.sampled, this.sampleRoom, kindOf)]
    this.thinAt = this.sampled.length + THIN_AFTER * this.sampleRoom.perSlot
  }
}
