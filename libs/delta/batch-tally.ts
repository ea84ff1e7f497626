import { classIndex, OUTCOME_INDEX, OUTCOMES, ownerIndexOf } from '#catalog'
import { automaticRoute, type EventSink, type EventView, type RejectReason } from '#event'
import { CellTable } from './cell-table.js'
import { ConsumerSlots } from './consumer-slots.js'
import type { Delivery, Ledger } from './delta.js'
import { grown } from './int-hash.js'
import { NO_ROUTE_LABEL, OTHER_LABEL, SOURCE_LABEL, type LabelTable } from './label-table.js'
import { bucketIndexUs } from './latency-buckets.js'
import { LatencyTable } from './latency-table.js'
import { namesRequest } from './names-request.js'
import { PlaceSeries } from './place-series.js'
import { RejectLog } from './reject-log.js'
import type { RejectRoom } from './reject-room.js'
import { SampleSlots } from './sample-slots.js'
import type { SegmentPart } from './segment-sum.js'

import { packFacts, SeriesTable } from './series-table.js'
import { DEFAULT_TALLY_LIMITS, MAX_DURATION_MS, MAX_RESPONSE_BYTES, type TallyOptions } from './tally-options.js'

const { server_error: SERVER_ERROR, throttled: THROTTLED, unknown: UNKNOWN } = OUTCOME_INDEX
const CLASSES = Uint8Array.from({ length: 1000 }, (_, status) => classIndex(status))
/** Ten-second buckets in a minute. */
const MINUTE = 6
/** With this many sub-second times a body is unlikely to be met twice by chance. */
const IDENTIFYING_TIMES = 8
/**
 * Sums the events of one batch into series, ten-second cells and latency cells. Reusable: `begin` starts the next batch in
 * the same memory. On the way of an event nothing is allocated but room for what is new; what a sender controls is bounded
 * by the label table and `maxSeries`, past which events fall into `{other}` and totals stay exact.
 */
export class BatchTally implements EventSink {
  private options!: TallyOptions
  private table!: LabelTable
  private oldestMs = 0
  private latestMs = 0
  private maxSeries = 0
  /** Whether paths get the routes that a scanner's numbers stand for. */
  private isAutomatic = false

  private readonly series = new SeriesTable()
  private readonly placeSeries = new PlaceSeries()
  private readonly cells = new CellTable()
  private readonly latencies = new LatencyTable()
  /** By series: the cell and latency cell that its last event went to, mostly the right ones for the next; -1: none. */
  private lastCell = new Int32Array(64)
  private lastLatency = new Int32Array(64)
  private readonly samples = new SampleSlots()
  private readonly consumers = new ConsumerSlots()
  private readonly rejectLog: RejectLog

  /** Events counted in this batch. */
  accepted = 0
  private duplicates = 0
  private shedRecords = 0
  private overflowed = 0
  private newestEventMs = 0
  private oldestEventMs = 0
  private withRequestId = 0
  private withSubSecond = 0
  /** Parts of a request that sampled events stand for and no cell has yet. */
  private owed = 0

  /** `rejectRoom`: shared with the tallies of other batches under way. */
  constructor(options: TallyOptions, rejectRoom?: RejectRoom) {
    this.rejectLog = new RejectLog(rejectRoom)
    this.begin(options)
  }

  /** Forgets the rejected records, so that those of other batches have their room; what was handed out stays with who has it. */
  forgetRejects(): void {
    this.rejectLog.clear()
  }

  /** Forgets the batch before and starts one with these options. What was sealed from this tally must be encoded by now. */
  begin(options: TallyOptions): void {
    const limits = options.limits ?? DEFAULT_TALLY_LIMITS
    this.options = options
    this.table = options.table
    this.oldestMs = Math.max(0, options.arrivedAtMs - limits.lateMs)
    this.latestMs = options.arrivedAtMs + limits.futureMs
    this.maxSeries = limits.maxSeries
    this.isAutomatic = options.writeRoute === automaticRoute
    this.series.clear()
    this.placeSeries.clear()
    this.cells.clear()
    this.latencies.clear()
    this.samples.begin(options.replayed)
    this.consumers.clear()
    this.rejectLog.clear()
    this.accepted = this.duplicates = this.shedRecords = this.overflowed = this.withRequestId = this.withSubSecond = 0
    this.newestEventMs = this.oldestEventMs = this.owed = 0
  }

  event(view: EventView): void {
    const atMs = view.tsMs === -1 ? this.options.arrivedAtMs : view.tsMs
    if (!(atMs >= this.oldestMs)) return this.refuse('too_old', view)
    if (atMs > this.latestMs) return this.refuse('in_future', view)
    const { status } = view
    const known = this.options.outcomes[status] ?? UNKNOWN
    const outcome = view.outcome >= 0 ? view.outcome : known
    const owner = view.owner >= 0 ? view.owner : this.ownerOf(view, outcome)
    const facts = packFacts(status, view.method, view.protocol, outcome, owner)
    const series = this.seriesOf(view, facts)
    const bucket = Math.floor(atMs / 10_000)
    const durationUs = status >= 100 && status < 200 ? -1 : microseconds(view.durationMs)
    this.count(series, bucket, view, durationUs, view.weight === 1 ? 1 : this.wholeRequests(view.weight))
    if (outcome === SERVER_ERROR || outcome === THROTTLED) this.keepExample(series, atMs, durationUs, outcome, view)
    this.noteTime(atMs)
    this.accepted++
    // Without a time of its own a client that repeats its id looks like a batch that is sent again.
    if (view.tsMs !== -1 && namesRequest(view)) this.withRequestId++
    if (view.subSecond) this.withSubSecond++
  }

  /** Takes note of an event that was counted before. */
  duplicate(): void {
    this.duplicates++
  }

  /** Takes note of records that found no room and were not read. */
  shed(records: number): void {
    this.shedRecords += records
  }

  reject(reason: RejectReason, record: Uint8Array, from: number, to: number, index: number): void {
    this.rejectLog.add(reason, record, from, to, index)
  }

  get received(): number {
    return this.accepted + this.duplicates + this.shedRecords + this.rejectLog.count
  }

  /** The first rejected records, for the reply. */
  get errors(): RejectLog['errors'] {
    return this.rejectLog.errors
  }

  /** The first rejected records, for quarantine. */
  get rejects(): RejectLog['records'] {
    return this.rejectLog.records
  }

  /** True where the same bytes again can only be the same batch: all events have request ids and times, or enough have fine times. */
  get isIdentifiable(): boolean {
    return (this.accepted > 0 && this.withRequestId === this.accepted) || this.withSubSecond >= IDENTIFYING_TIMES
  }

  get ledger(): Ledger {
    const { count: rejected, by: rejectedBy } = this.rejectLog
    const replayed = this.options.fromQuarantine === true ? this.accepted : 0
    const { received, accepted, duplicates: duplicate, shedRecords: shed } = this
    return { received, accepted, duplicate, rejected, shed, replayed, rejectedBy }
  }

  get source(): string {
    return this.options.source
  }

  get delivery(): Delivery {
    return this.options.delivery
  }

  /** Distinct series so far. */
  get seriesCount(): number {
    return this.series.length
  }

  /** Bytes of memory that its tables hold, which they keep for the next batch. */
  get heldBytes(): number {
    const { cells, series, latencies, samples, lastCell } = this
    return cells.heldBytes + series.heldBytes + latencies.heldBytes + samples.heldBytes + 8 * lastCell.length
  }

  /** The sums, with label ids of its table for labels. Its columns are the live ones. `ledger`: the sealed one, which is the same. */
  part(ledger: Ledger = this.ledger): SegmentPart {
    const { table, series, cells, newestEventMs, oldestEventMs, overflowed, delivery } = this
    const { arrivedAtMs, replayed, consumerSalt } = this.options
    return {
      arrivedAtMs,
      newestEventMs,
      oldestEventMs,
      replayed,
      delivery,
      ledger,
      overflowed,
      labels: table.length,
      word: table.word,
      series,
      cells,
      latencies: this.latencies,
      samples: this.samples.rows(),
      consumers: this.consumers.rows(consumerSalt ?? null),
    }
  }

  private refuse(reason: RejectReason, view: EventView): void {
    this.rejectLog.add(reason, view.record, view.recordFrom, view.recordTo, view.index)
  }

  private ownerOf(view: EventView, outcome: number): number {
    const { status, upstreamStatus, upstreamBytes } = view
    return ownerIndexOf(outcome, this.options.owners[status]!, status, upstreamStatus, upstreamBytes)
  }

  private seriesOf(view: EventView, facts: number): number {
    const isNumbered = view.place !== 0 && (this.isAutomatic || view.routeTo > view.routeFrom)
    if (!isNumbered) return this.seriesOfTexts(view, facts, false)
    const known = this.placeSeries.find(view, facts)
    return known >= 0 ? known : this.seriesOfPlace(view, facts)
  }

  private seriesOfPlace(view: EventView, facts: number): number {
    const { places } = this.table
    const { overflowed } = this
    const at = places.find(view)
    const series =
      at < 0
        ? this.seriesOfTexts(view, facts, true)
        : this.seriesOfLabels(places.gateway[at]!, places.service[at]!, places.route[at]!, facts)
    // What overflows is counted each time.
    if (this.overflowed === overflowed) this.placeSeries.learn(view, facts, series)
    return series
  }

  private seriesOfTexts(view: EventView, facts: number, isNumbered: boolean): number {
    const { table } = this
    const gateway =
      view.gatewayTo > view.gatewayFrom ? table.gateway(view.bytes, view.gatewayFrom, view.gatewayTo) : SOURCE_LABEL
    const service = this.serviceOf(view)
    const route = this.routeOf(view, service)
    if (isNumbered) table.places.learn(view, gateway, service, route)
    return this.seriesOfLabels(gateway, service, route, facts)
  }

  private seriesOfLabels(gateway: number, service: number, route: number, facts: number): number {
    if (gateway === OTHER_LABEL || service === OTHER_LABEL || route === OTHER_LABEL) this.overflowed++
    if (this.series.length >= this.maxSeries) return this.boundedSeries(gateway, service, route, facts)
    return this.newOrKnown(gateway, service, route, facts)
  }

  private serviceOf(view: EventView): number {
    if (view.serviceTo > view.serviceFrom) return this.table.service(view.bytes, view.serviceFrom, view.serviceTo)
    if (view.hostTo > view.hostFrom) return this.table.service(view.bytes, view.hostFrom, view.hostTo)
    return SOURCE_LABEL
  }

  private routeOf(view: EventView, service: number): number {
    if (view.routeTo > view.routeFrom) return this.table.route(service, view.bytes, view.routeFrom, view.routeTo)
    if (view.pathTo <= view.pathFrom) return NO_ROUTE_LABEL
    return this.table.routeOfPath(service, view.bytes, view.pathFrom, view.pathTo, this.options.writeRoute)
  }

  private newOrKnown(gateway: number, service: number, route: number, facts: number): number {
    const before = this.series.length
    const series = this.series.put(gateway, service, route, facts)
    if (series === before) this.forgetLast(series)
    return series
  }

  /** Past the budget only known series count as themselves; the others give up route, then service, then gateway. */
  private boundedSeries(gateway: number, service: number, route: number, facts: number): number {
    const known = this.series.find(gateway, service, route, facts)
    if (known >= 0) return known
    if (gateway !== OTHER_LABEL && service !== OTHER_LABEL && route !== OTHER_LABEL) this.overflowed++
    const room = this.maxSeries >> 2
    if (this.series.length < this.maxSeries + room) return this.newOrKnown(gateway, service, OTHER_LABEL, facts)
    const withoutRoute = this.series.find(gateway, service, OTHER_LABEL, facts)
    if (withoutRoute >= 0) return withoutRoute
    if (this.series.length < this.maxSeries + 2 * room) return this.newOrKnown(gateway, OTHER_LABEL, OTHER_LABEL, facts)
    const withoutService = this.series.find(gateway, OTHER_LABEL, OTHER_LABEL, facts)
    if (withoutService >= 0) return withoutService
    return this.newOrKnown(OTHER_LABEL, OTHER_LABEL, OTHER_LABEL, facts)
  }

  private forgetLast(series: number): void {
    while (series >= this.lastCell.length) {
      this.lastCell = grown(this.lastCell)
      this.lastLatency = grown(this.lastLatency)
    }
    this.lastCell[series] = -1
    this.lastLatency[series] = -1
  }

  private count(series: number, bucket: number, view: EventView, durationUs: number, requests: number): void {
    const { cells } = this
    let cell = this.lastCell[series]!
    if (cell < 0 || cells.bucket[cell] !== bucket) this.lastCell[series] = cell = cells.put(series, bucket)
    cells.count[cell]! += requests
    if (view.weight !== 1) cells.estimated[cell] = 1
    if (view.retries > 0) cells.retries[cell]! += view.retries * requests
    if (view.responseBytes > 0) cells.bytes[cell]! += Math.min(view.responseBytes, MAX_RESPONSE_BYTES) * requests
    if (durationUs < 0) return
    cells.durationUs[cell]! += durationUs * requests
    const minute = bucket - (bucket % MINUTE)
    let latency = this.lastLatency[series]!
    if (latency < 0 || this.latencies.bucket[latency] !== minute) {
      this.lastLatency[series] = latency = this.latencyCell(series, minute)
    }
    this.latencies.add(latency, bucketIndexUs(durationUs), requests, durationUs * requests)
  }

  /** Whole requests for a sampled event: what rounding leaves over goes to the next one, so that sums stay within one. */
  private wholeRequests(weight: number): number {
    const owed = this.owed + weight
    const whole = Math.floor(owed + 1e-9)
    this.owed = owed - whole
    return whole
  }

  private latencyCell(series: number, minute: number): number {
    const { gateway, service, route, code } = this.series
    return this.latencies.put(gateway[series]!, service[series]!, route[series]!, CLASSES[code[series]!]!, minute)
  }

  private keepExample(series: number, atMs: number, durationUs: number, outcome: number, view: EventView): void {
    this.samples.add(series, this.kindOf(series, outcome), atMs, durationUs, view)
    if (outcome !== THROTTLED || view.consumerTo <= view.consumerFrom) return
    const bucket = Math.floor(atMs / 10_000)
    this.consumers.add(this.series.service[series]!, bucket - (bucket % MINUTE), view)
  }

  /** Alerts are of one service and outcome: those are what samples are spread over. */
  private kindOf(series: number, outcome: number): number {
    return this.series.service[series]! * OUTCOMES.length + outcome
  }

  private noteTime(atMs: number): void {
    if (atMs > this.newestEventMs) this.newestEventMs = atMs
    if (this.oldestEventMs === 0 || atMs < this.oldestEventMs) this.oldestEventMs = atMs
  }
}

/** Whole microseconds of a told duration; -1 for one that is not told. */
const microseconds = (durationMs: number): number =>
  durationMs >= 0 ? Math.round(Math.min(durationMs, MAX_DURATION_MS) * 1000) : -1
