import { MAX_LABEL_BYTES } from '#event'
import { ByteInterner, cutAt } from './byte-interner.js'
import { OTHER_WORD } from './consumer-sum.js'
import { PathMemo } from './path-memo.js'
import { PlaceLabels } from './place-labels.js'
import { ShortLabelMemo } from './short-label-memo.js'
import type { WriteRoute } from './tally-options.js'

/** Label ids that every table begins with. */
export const OTHER_LABEL = 0
export const NO_ROUTE_LABEL = 1
export const SOURCE_LABEL = 2

/** The route of an event that tells neither a route nor a path. */
export const NO_ROUTE_WORD = '{none}'

const GATEWAYS = -1
const SERVICES = -2

/** Where templates are written; more than MAX_LABEL_BYTES, as their writers ask for. */
const template = new Uint8Array(1024)

export interface LabelLimits {
  readonly gateways: number
  readonly services: number
  readonly routesPerService: number
  /** Gateways, services and routes together. */
  readonly labels: number
}

/** For a source of `USUAL_SERIES`: a flood of one kind of label leaves room for the others. */
export const LABEL_LIMITS: LabelLimits = { gateways: 1000, services: 2000, routesPerService: 500, labels: 16_384 }
const USUAL_SERIES = 10_000
/** As many labels have less than the 2 GiB of text that a table can hold. */
const MOST_LABELS = 10_000_000

/** Limits that leave room for what the budgets of a source allow; never less than `LABEL_LIMITS`: the folder keeps smaller budgets. */
export const labelLimitsFor = (seriesPerSource: number, routesPerService: number): LabelLimits => {
  const times = Math.max(1, seriesPerSource / USUAL_SERIES)
  const { gateways, services, routesPerService: routes, labels } = LABEL_LIMITS
  return {
    gateways: Math.floor(times * gateways),
    services: Math.floor(times * services),
    routesPerService: Math.max(routes, routesPerService),
    labels: Math.min(MOST_LABELS, Math.floor(times * labels)),
  }
}

/**
 * The labels of one source in one process, as small ints. Batches share it, so that merging them compares ints; each holds
 * a reference, so that the owner may replace a full or old table at any time (`LabelTables`). Past a limit a label becomes
 * `{other}`. Memory: with `LABEL_LIMITS` at most 3.7 MB (arena 16,384 × 200 bytes, 36 bytes an entry), a few KB at first.
 */
export class LabelTable {
  /** What a label stands for: `text`, and the same function for all batches that share the table. */
  readonly word = (label: number): string => this.text(label)
  /** Labels by the numbers of the scanner that reads the source. */
  readonly places = new PlaceLabels()
  /** True once a label was refused: a new table would have room again. */
  isFull = false
  private readonly labels: ByteInterner
  private readonly memo = new PathMemo()
  private readonly gatewayMemo = new ShortLabelMemo()
  private readonly serviceMemo = new ShortLabelMemo()
  private memoOf: WriteRoute | null = null
  private gateways = 0
  private services = 0
  /** Routes seen by service label. */
  private readonly routes = new Map<number, number>()

  constructor(
    readonly source: string,
    readonly bornAtMs: number,
    readonly limits: LabelLimits = LABEL_LIMITS,
    seed = 0x811c9dc5,
  ) {
    const maxEntries = limits.labels + 3
    this.labels = new ByteInterner({ maxEntries, maxBytes: maxEntries * MAX_LABEL_BYTES, seed })
    for (const word of [OTHER_WORD, NO_ROUTE_WORD, source]) this.addWord(word)
  }

  /** How many ids there are: every id is below. */
  get length(): number {
    return this.labels.length
  }

  /** Bytes of memory held. */
  get heldBytes(): number {
    const { labels, memo, gatewayMemo, serviceMemo, places } = this
    return labels.heldBytes + memo.heldBytes + gatewayMemo.heldBytes + serviceMemo.heldBytes + places.heldBytes
  }

  gateway(bytes: Uint8Array, from: number, to: number): number {
    const remembered = this.gatewayMemo.find(bytes, from, to)
    if (remembered >= 0) return remembered
    const id = this.findOrAddGateway(bytes, from, to)
    if (id !== OTHER_LABEL) this.gatewayMemo.learn(id)
    return id
  }

  private findOrAddGateway(bytes: Uint8Array, from: number, to: number): number {
    const end = cutAt(bytes, from, to, MAX_LABEL_BYTES)
    const known = this.labels.find(GATEWAYS, bytes, from, end)
    if (known >= 0) return known
    const id = this.gateways < this.limits.gateways ? this.labels.add(GATEWAYS, bytes, from, end) : -1
    if (id < 0) return this.refused()
    this.gateways++
    return id
  }

  service(bytes: Uint8Array, from: number, to: number): number {
    const remembered = this.serviceMemo.find(bytes, from, to)
    if (remembered >= 0) return remembered
    const id = this.findOrAddService(bytes, from, to)
    if (id !== OTHER_LABEL) this.serviceMemo.learn(id)
    return id
  }

  private findOrAddService(bytes: Uint8Array, from: number, to: number): number {
    const end = cutAt(bytes, from, to, MAX_LABEL_BYTES)
    const known = this.labels.find(SERVICES, bytes, from, end)
    if (known >= 0) return known
    const id = this.services < this.limits.services ? this.labels.add(SERVICES, bytes, from, end) : -1
    if (id < 0) return this.refused()
    this.services++
    return id
  }

  /** Routes are budgeted by service: `service` is its label. */
  route(service: number, bytes: Uint8Array, from: number, to: number): number {
    const end = cutAt(bytes, from, to, MAX_LABEL_BYTES)
    const known = this.labels.find(service, bytes, from, end)
    if (known >= 0) return known
    const used = this.routes.get(service) ?? 0
    const id = used < this.limits.routesPerService ? this.labels.add(service, bytes, from, end) : -1
    if (id < 0) return this.refused()
    this.routes.set(service, used + 1)
    return id
  }

  /** The label of the route that `writeRoute` gives a path. */
  routeOfPath(service: number, path: Uint8Array, from: number, to: number, writeRoute: WriteRoute): number {
    if (this.memoOf !== writeRoute) {
      this.memo.forget()
      this.memoOf = writeRoute
    }
    const known = this.memo.find(service, path, from, to)
    if (known >= 0) return known
    const label = this.route(service, template, 0, writeRoute(path, from, to, template))
    this.memo.learn(service, path, from, to, label)
    return label
  }

  text(label: number): string {
    return this.labels.text(label)
  }

  private refused(): number {
    this.isFull = true
    return OTHER_LABEL
  }

  private addWord(word: string): void {
    const bytes = Buffer.from(word)
    const scope = -3 - this.labels.length
    this.labels.find(scope, bytes, 0, bytes.length)
    this.labels.add(scope, bytes, 0, bytes.length)
  }
}
