import { Catalog } from '#catalog'
import { BatchTally, LabelTable, seal, type SealedBatch } from '#delta'
import { EventView, METHODS, type Method } from '#event'
import type { Labels } from './labels.js'

const catalog = new Catalog()

/** One event of each of these series of one source, sealed as a scanned body would be. */
export const sealed = (source: string, labels: readonly Labels[], atMs: number): SealedBatch<BatchTally> => {
  const tally = new BatchTally({
    source,
    table: new LabelTable(source, atMs),
    arrivedAtMs: atMs,
    replayed: false,
    delivery: 'exactly_once',
    outcomes: catalog.outcomeTable(source),
    owners: catalog.ownerTable(source),
    writeRoute: () => 0,
  })
  const view = new EventView()
  for (const own of labels) {
    show(view, own, atMs)
    tally.event(view)
  }
  return seal(tally, { arrivedAtMs: atMs, replayed: false, key: null, file: null, format: null })
}

const show = (view: EventView, { gateway, service, route, method, code }: Labels, atMs: number): void => {
  view.clear()
  view.tsMs = atMs
  view.status = code
  view.method = METHODS.indexOf(method as Method)
  view.durationMs = 7
  view.responseBytes = 1_234
  view.bytes = Buffer.from(gateway + service + route)
  view.gatewayTo = view.serviceFrom = gateway.length
  view.serviceTo = view.routeFrom = gateway.length + service.length
  view.routeTo = view.bytes.length
}
