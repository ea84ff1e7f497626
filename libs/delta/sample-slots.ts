import type { EventView } from '#event'
import type { SampleEvent } from './delta.js'
import { grown } from './int-hash.js'
import { SampleColumns } from './sample-columns.js'
import { spreadSamples, type Placed } from './spread-samples.js'

/** Samples kept of a batch, of ten seconds and in all: their ids take at most 216 KB. */
const SAMPLES_PER_BATCH = { perSlot: 20, all: 360 }
/** Of one series in ten seconds. */
const PER_SERIES = 3
const SLOT_MS = 10_000
/** Stands for the bucket of all samples of a replay. */
const ONE_PAGE = 1
/** Ten seconds may have at least so many, however many minutes a batch holds. */
const LEAST_PER_PAGE = 3
/** When room is short, the oldest of more pages are given up, and so many stay: the quarter of an hour that alerts may wait for. */
const MOST_PAGES = 100
const PAGES_LEFT = 90
/** Room to begin with, and what a batch leaves to the next. */
const FIRST_ROOM = 45

/** The samples of ten seconds. */
interface Page {
  readonly bucket: number
  places: number[]
  /** No series has two samples, and no kind more than so many; Infinity: not known. */
  even: number
}

/** The newest failing requests of every ten seconds of a batch, spread over its failing series, in memory of a fixed size. */
export class SampleSlots {
  private readonly pages = new Map<number, Page>()
  private last: Page | null = null
  /** Older than this there is no room. */
  private oldestBucket = -Infinity
  private perPage = SAMPLES_PER_BATCH.perSlot
  private used = 0
  private free: number[] = []
  private columns = new SampleColumns(FIRST_ROOM)
  private isOnePage = false
  /** By series: the bucket of the page that has no place for it, and will have none; 0: none that is known. */
  private refusedBy = new Int32Array(64)
  private anyRefused = false

  /** Takes the event as an example of its series; `kind` is that of the series, a duration of -1 is unknown. */
  add(series: number, kind: number, atMs: number, durationUs: number, view: EventView): void {
    const bucket = this.isOnePage ? ONE_PAGE : Math.floor(atMs / SLOT_MS)
    if (this.anyRefused && this.refusedBy[series] === bucket) return
    const page = this.pageOf(bucket)
    if (page === null) return
    const place = this.placeIn(page, series, kind, atMs)
    if (place >= 0) this.columns.write(place, series, kind, atMs, durationUs, view)
  }

  /** Bytes of memory held. */
  get heldBytes(): number {
    return this.columns.heldBytes + this.refusedBy.byteLength
  }

  rows(): SampleEvent[] {
    if (this.pages.size === 0) return []
    const { series, atMs, kind } = this.columns
    const places = [...this.pages.values()].flatMap((page) => page.places)
    if (this.pages.size <= 1) return places.map((place) => this.columns.row(place))
    const taken = places.map((place): Taken => ({ place, series: series[place]!, atMs: atMs[place]! }))
    const kept = spreadSamples(taken, SAMPLES_PER_BATCH, ({ place }) => kind[place]!)
    return kept.map(({ place }) => this.columns.row(place))
  }

  /** Forgets all. What is replayed makes no alert: its newest samples are enough, of whatever minute. */
  begin(replayed: boolean): void {
    this.isOnePage = replayed
    if (this.used === 0) return
    // Who sends many minutes at once does so again; the next to send few gives the memory back.
    if (this.used < this.columns.room / 4 && this.columns.room > FIRST_ROOM)
      this.columns = new SampleColumns(FIRST_ROOM)
    this.pages.clear()
    this.last = null
    this.oldestBucket = -Infinity
    this.perPage = SAMPLES_PER_BATCH.perSlot
    this.used = 0
    this.free = []
    if (this.anyRefused) this.refusedBy.fill(0)
    this.anyRefused = false
  }

  private pageOf(bucket: number): Page | null {
    if (this.last !== null && this.last.bucket === bucket) return this.last
    if (bucket < this.oldestBucket) return null
    let page = this.pages.get(bucket)
    if (page === undefined) this.pages.set(bucket, (page = { bucket, places: [], even: Infinity }))
    return (this.last = page)
  }

  private placeIn(page: Page, series: number, kind: number, atMs: number): number {
    const { places } = page
    const { series: seriesOf, atMs: timeOf } = this.columns
    let own = 0
    let oldest = -1
    for (let at = 0; at < places.length; at++) {
      const place = places[at]!
      if (seriesOf[place] !== series) continue
      own++
      if (oldest < 0 || timeOf[place]! < timeOf[oldest]!) oldest = place
    }
    if (own < PER_SERIES && places.length < this.perPage) return this.newPlace(page)
    if (own > 0) return timeOf[oldest]! < atMs ? oldest : -1
    return this.placeOfRicher(page, series, kind)
  }

  /** A place nobody has, -1 where there is none. */
  private newPlace(page: Page): number {
    if (this.used === SAMPLES_PER_BATCH.all) {
      this.makeRoom()
      if (page.bucket < this.oldestBucket || page.places.length >= this.perPage) return -1
    }
    // Nothing is free before all were used once.
    const place = this.free.pop() ?? this.used
    if (place >= this.columns.room) this.columns.grow()
    this.used++
    page.places.push(place)
    page.even = Infinity
    return place
  }

  /** The place of one who has more than a series without a sample will have; -1: nobody has. */
  private placeOfRicher(page: Page, series: number, kind: number): number {
    const peers = this.columns.ofKind(kind, page.places) + 1
    if (peers < page.even) {
      const weakest = this.columns.weakestOf(page.places)
      if (weakest.turn > 0 || weakest.peers > peers) return weakest.place
      page.even = weakest.peers
    }
    while (series >= this.refusedBy.length) this.refusedBy = grown(this.refusedBy)
    this.refusedBy[series] = page.bucket
    this.anyRefused = true
    return -1
  }

  /** Lets every ten seconds have fewer from now on: at most half of all is taken then, so that this is seldom done. */
  private makeRoom(): void {
    this.dropOldest()
    this.last = null
    const share = Math.floor(SAMPLES_PER_BATCH.all / 2 / this.pages.size)
    this.perPage = Math.max(LEAST_PER_PAGE, Math.min(this.perPage, share))
    for (const page of this.pages.values()) {
      page.even = Infinity
      while (page.places.length > this.perPage) this.release(page, this.columns.weakestOf(page.places).place)
    }
  }

  private dropOldest(): void {
    if (this.pages.size <= MOST_PAGES) return
    const buckets = Float64Array.from(this.pages.keys()).sort().subarray(-PAGES_LEFT)
    this.oldestBucket = buckets[0]!
    for (const [bucket, page] of this.pages) {
      if (bucket >= this.oldestBucket) continue
      for (const place of page.places.slice()) this.release(page, place)
      this.pages.delete(bucket)
    }
  }

  private release(page: Page, place: number): void {
    page.places.splice(page.places.indexOf(place), 1)
    this.free.push(place)
    this.used--
  }
}

/** A place that has a sample. */
interface Taken extends Placed {
  readonly place: number
}
