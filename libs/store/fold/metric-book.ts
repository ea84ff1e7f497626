import type { PoolClient } from 'pg'
import { digestOf } from '#delta'
import { LOAD_TOTAL_LATENCIES, LOAD_TOTALS } from '../sql/totals.js'
import { DigestIds } from './digest-ids.js'
import { chargeOf, type MetricPlace } from './metric-charge.js'
import { OTHER } from './overflow.js'
import { readThrough } from './read-through.js'

/** Who was counted in /metrics. */
export interface PlaceLabels {
  readonly source: string
  readonly gateway: string
  readonly service: string
}

/** The labels of one total. */
export interface TotalLabels extends PlaceLabels {
  /** Empty but for routes with a label of their own. */
  readonly route: string
  readonly code: number
  readonly class: number
  readonly outcome: number
}

/** Whose durations a total holds. */
export interface LatencyLabels extends PlaceLabels {
  readonly class: number
}

/** Labels to count under, and their digest. */
export interface Placed<Labels> {
  readonly labels: Labels
  readonly digest: Buffer
}

/** Share of the budget that new places may fill, by how far their labels were given up; the rest is for those that are known. */
const SHARE = { named: 0.9, first: 0.95, other: 1 } as const
/** So many places of each source may take a little more: one source that takes all must not leave the others nothing. */
const FIRST_PLACES = 10

/**
 * What /metrics shows, and how much of its budget is used. What is known stays known; past the budget the route, the service and
 * at last the gateway of what is new become `{other}`, while code, class and outcome stay, so that every sum stays exact. Like the
 * series book it is true while every fold commits, and is read again after any failure.
 */
export class MetricBook {
  private readonly totals = new DigestIds()
  private readonly latencies = new DigestIds()
  /** The id of a place packs its rows and classes. */
  private readonly places = new DigestIds()
  /** Places that were admitted with durations which are still to come. */
  private readonly expecting = new Set<number>()
  private readonly placesOf = new Map<string, number>()
  private readonly zeroCodes: ReadonlySet<number>
  /** Series taken. */
  used = 0

  private constructor(
    private readonly limit: number,
    zeroCodes: readonly number[],
  ) {
    this.zeroCodes = new Set(zeroCodes)
  }

  static async load(client: PoolClient, limit: number, zeroCodes: readonly number[]): Promise<MetricBook> {
    const book = new MetricBook(limit, zeroCodes)
    await readThrough<TotalLabels & { digest: Buffer; backfilled: boolean }>(client, LOAD_TOTALS, (row) =>
      book.addTotal({ labels: row, digest: row.digest }, row.backfilled, false),
    )
    await readThrough<LatencyLabels & { digest: Buffer }>(client, LOAD_TOTAL_LATENCIES, (row) =>
      book.addLatency({ labels: row, digest: row.digest }),
    )
    return book
  }

  /** Where a count goes. `isTimed`: durations of its place come with it, which take room, too. */
  total(labels: TotalLabels, backfilled: boolean, isTimed: boolean): Placed<TotalLabels> {
    const levels = totalLevels(labels)
    for (const [level, candidate] of levels.entries()) {
      const placed = { labels: candidate, digest: totalDigest(candidate) }
      const isKnown = this.totals.find(placed.digest) >= 0
      if (!isKnown && level < levels.length - 1 && !this.admits(candidate, this.rowsOf(candidate, backfilled), isTimed))
        continue
      this.addTotal(placed, backfilled, isTimed)
      return placed
    }
    throw new Error('the last level admits every total')
  }

  /** Where durations go, once the counts they belong to have their place. */
  latency(labels: LatencyLabels): Placed<LatencyLabels> {
    const levels = placeLevels(labels)
    for (const [level, candidate] of levels.entries()) {
      const placed = { labels: candidate, digest: latencyDigest(candidate) }
      const isKnown = this.latencies.find(placed.digest) >= 0
      if (!isKnown && level < levels.length - 1 && !this.hasRoomFor(candidate, { rows: 0, classes: 1 })) continue
      this.addLatency(placed)
      return placed
    }
    throw new Error('the last level admits every histogram')
  }

  private admits(labels: TotalLabels, rows: number, isTimed: boolean): boolean {
    if (this.places.find(placeDigest(labels)) >= 0) return this.hasRoomFor(labels, { rows, classes: 0 })
    const isFirst = (this.placesOf.get(labels.source) ?? 0) < FIRST_PLACES
    const share = SHARE[labels.service === OTHER ? 'other' : isFirst ? 'first' : 'named']
    return this.used + chargeOf({ rows, classes: isTimed ? 1 : 0 }, this.zeroCodes.size) <= share * this.limit
  }

  /** Whether a place that is known may have so much more. */
  private hasRoomFor(labels: PlaceLabels, more: MetricPlace): boolean {
    const place = this.places.find(placeDigest(labels))
    if (place < 0) return false
    const growth = this.charge(place, more) - this.charge(place)
    return growth === 0 || this.used + growth <= this.limit
  }

  /** Rows that a total adds to its place: none for a code that is shown at 0 anyway. */
  private rowsOf({ code, route }: TotalLabels, backfilled: boolean): number {
    const isShown = route === '' && this.zeroCodes.has(code)
    return (isShown ? 0 : 1) + (backfilled ? 1 : 0)
  }

  private addTotal({ labels, digest }: Placed<TotalLabels>, backfilled: boolean, isTimed: boolean): void {
    const before = this.totals.length
    const position = this.totals.put(digest)
    const isNew = position === before
    const isNewlyBackfilled = backfilled && this.totals.idAt(position) === 0
    if (isNewlyBackfilled) this.totals.setId(position, 1)
    const rows = isNew ? this.rowsOf(labels, backfilled) : isNewlyBackfilled ? 1 : 0
    if (isNew || rows > 0) this.grow(labels, { rows, classes: 0 }, isTimed)
  }

  private addLatency({ labels, digest }: Placed<LatencyLabels>): void {
    const before = this.latencies.length
    if (this.latencies.put(digest) === before) this.grow(labels, { rows: 0, classes: 1 }, false)
  }

  private grow(labels: PlaceLabels, more: MetricPlace, isTimed: boolean): void {
    const before = this.places.length
    const place = this.places.put(placeDigest(labels))
    const isNew = place === before
    if (isNew) this.placesOf.set(labels.source, (this.placesOf.get(labels.source) ?? 0) + 1)
    const charged = isNew ? 0 : this.charge(place)
    if (isNew && isTimed) this.expecting.add(place)
    this.places.setId(place, packed(sumOf(unpacked(this.places.idAt(place)), more)))
    if (more.classes > 0) this.expecting.delete(place)
    this.used += this.charge(place) - charged
  }

  private charge(place: number, more = NOTHING): number {
    const { rows, classes } = sumOf(unpacked(this.places.idAt(place)), more)
    return chargeOf({ rows, classes: classes === 0 && this.expecting.has(place) ? 1 : classes }, this.zeroCodes.size)
  }
}

const NOTHING: MetricPlace = { rows: 0, classes: 0 }

const sumOf = (a: MetricPlace, b: MetricPlace): MetricPlace => ({
  rows: a.rows + b.rows,
  classes: a.classes + b.classes,
})

/** There are fewer than eight classes. */
const CLASS_BITS = 3
const packed = ({ rows, classes }: MetricPlace): number => (rows << CLASS_BITS) | classes
const unpacked = (id: number): MetricPlace => ({ rows: id >>> CLASS_BITS, classes: id & ((1 << CLASS_BITS) - 1) })

/** The labels of a total, and what is tried where they have no room; the last one always has. */
function totalLevels(labels: TotalLabels): readonly TotalLabels[] {
  const levels = placeLevels({ ...labels, route: '' })
  return labels.route === '' ? levels : [labels, ...levels]
}

function placeLevels<Labels extends PlaceLabels>(labels: Labels): readonly Labels[] {
  const last = { ...labels, gateway: OTHER, service: OTHER }
  return labels.gateway === OTHER ? [labels, last] : [labels, { ...labels, service: OTHER }, last]
}

const placeDigest = ({ source, gateway, service }: PlaceLabels): Uint8Array => digestOf([source, gateway, service], [])

const totalDigest = ({ source, gateway, service, route, code, class: statusClass, outcome }: TotalLabels): Buffer =>
  Buffer.from(digestOf([source, gateway, service, route], [code, statusClass, outcome]))

const latencyDigest = ({ source, gateway, service, class: statusClass }: LatencyLabels): Buffer =>
  Buffer.from(digestOf([source, gateway, service], [statusClass]))
