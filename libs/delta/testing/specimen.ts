import { Catalog } from '#catalog'
import { EventView, METHODS, type Method } from '#event'
import { BatchTally } from '../batch-tally.js'
import { LabelTable } from '../label-table.js'
import { seal } from '../seal.js'
import type { SealedBatch } from '../sealed-batch.js'
import type { TallyOptions, WriteRoute } from '../tally-options.js'

/** An event as the specs write it; what is absent is absent. */
export interface Specimen {
  tsMs?: number
  subSecond?: boolean
  status: number
  method?: Method
  gateway?: string
  service?: string
  host?: string
  route?: string
  path?: string
  consumer?: string
  requestId?: string
  traceId?: string
  durationMs?: number
  bytes?: number
  retries?: number
  upstreamStatus?: number
}

export const ARRIVED_AT_MS = Date.UTC(2026, 10, 23, 12, 0, 0)
const catalog = new Catalog()

/** The path as it is: no template. */
export const verbatim: WriteRoute = (path, from, to, out) => {
  const length = Math.min(to - from, out.length)
  out.set(path.subarray(from, from + length))
  return length
}

export const tallyOptions = (options: Partial<TallyOptions> = {}): TallyOptions => {
  const source = options.source ?? 'edge'
  return {
    source,
    table: new LabelTable(source, ARRIVED_AT_MS),
    arrivedAtMs: ARRIVED_AT_MS,
    replayed: false,
    delivery: 'exactly_once',
    outcomes: catalog.outcomeTable(source),
    owners: catalog.ownerTable(source),
    writeRoute: verbatim,
    ...options,
  }
}

/** Feeds the events to the tally as a scanner would, through one reused view. */
export const feed = (tally: BatchTally, events: readonly Specimen[]): BatchTally => {
  const view = new EventView()
  for (const [index, event] of events.entries()) {
    fill(view, event, index)
    tally.event(view)
  }
  return tally
}

export const tallied = (events: readonly Specimen[], options: Partial<TallyOptions> = {}): BatchTally =>
  feed(new BatchTally(tallyOptions(options)), events)

/** A sealed batch of these events. */
export const batchOf = (events: readonly Specimen[], options: Partial<TallyOptions> = {}): SealedBatch<BatchTally> => {
  const filled = tallyOptions(options)
  const { arrivedAtMs, replayed } = filled
  return seal(feed(new BatchTally(filled), events), { arrivedAtMs, replayed, key: null, file: null, format: null })
}

const fill = (view: EventView, event: Specimen, index: number): void => {
  view.clear()
  view.index = index
  view.record = Buffer.from(JSON.stringify(event))
  view.recordFrom = 0
  view.recordTo = view.record.length
  view.tsMs = event.tsMs ?? -1
  view.subSecond = event.subSecond ?? false
  view.status = event.status
  view.method = METHODS.indexOf(event.method ?? 'GET')
  view.durationMs = event.durationMs ?? -1
  view.responseBytes = event.bytes ?? -1
  view.retries = event.retries ?? 0
  view.upstreamStatus = event.upstreamStatus ?? -1
  const { gateway = '', service = '', host = '', route = '', path = '' } = event
  const { consumer = '', requestId = '', traceId = '' } = event
  const parts = [gateway, service, host, route, path, consumer, requestId, traceId].map((part) => Buffer.from(part))
  view.bytes = Buffer.concat(parts)
  const ends: number[] = []
  for (const part of parts) ends.push((ends.at(-1) ?? 0) + part.length)
  const range = (part: number): [number, number] => [ends[part - 1] ?? 0, ends[part]!]
  ;[view.gatewayFrom, view.gatewayTo] = range(0)
  ;[view.serviceFrom, view.serviceTo] = range(1)
  ;[view.hostFrom, view.hostTo] = range(2)
  ;[view.routeFrom, view.routeTo] = range(3)
  ;[view.pathFrom, view.pathTo] = range(4)
  ;[view.consumerFrom, view.consumerTo] = range(5)
  ;[view.requestIdFrom, view.requestIdTo] = range(6)
  ;[view.traceIdFrom, view.traceIdTo] = range(7)
}
