import type { EventView } from '#event'

const SLOT_BITS = 11
const SLOTS = 1 << SLOT_BITS
/** Smaller batches need no memory of their series. */
const WORTH_IT_AFTER = 100

/** Remembers the series of a batch by their facts and by the number that a scanner gave their labels. 24 KB once in use. */
export class PlaceSeries {
  /** 0: free. */
  private places = new Int32Array(0)
  private facts = new Int32Array(0)
  private series = new Int32Array(0)
  private epoch = -1
  private lookups = 0
  private isEmpty = true

  /** The series of a numbered place and packed facts, else -1; `learn` may follow. */
  find(view: EventView, facts: number): number {
    if (this.places.length === 0) return this.miss()
    const { place, placeEpoch } = view
    if (this.epoch !== placeEpoch) this.follow(placeEpoch)
    const slot = slotOf(place, facts)
    return this.places[slot] === place && this.facts[slot] === facts ? this.series[slot]! : -1
  }

  /** Tells the series that the last `find` did not know. */
  learn(view: EventView, facts: number, series: number): void {
    if (this.epoch !== view.placeEpoch) return
    const slot = slotOf(view.place, facts)
    this.places[slot] = view.place
    this.facts[slot] = facts
    this.series[slot] = series
    this.isEmpty = false
  }

  /** Forgets the batch. */
  clear(): void {
    this.lookups = 0
    if (!this.isEmpty) this.places.fill(0)
    this.isEmpty = true
  }

  private follow(epoch: number): void {
    this.epoch = epoch
    this.places.fill(0)
  }

  private miss(): -1 {
    if (++this.lookups > WORTH_IT_AFTER) {
      this.places = new Int32Array(SLOTS)
      this.facts = new Int32Array(SLOTS)
      this.series = new Int32Array(SLOTS)
    }
    return -1
  }
}

const slotOf = (place: number, facts: number): number =>
  Math.imul(place ^ Math.imul(facts, 0x9e3779b1), 0x85ebca6b) >>> (32 - SLOT_BITS)
