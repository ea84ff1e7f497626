import type { EventView } from '#event'

const SLOT_BITS = 10
const SLOTS = 1 << SLOT_BITS
/** Looked up so often without it, a table gets its memory: sources with little traffic need none. */
const WORTH_IT_AFTER = 500

/**
 * Remembers the labels of gateway, service and route by the one number that a scanner gave them, so that their texts need no
 * look. 16 KB once in use.
 */
export class PlaceLabels {
  gateway = new Int32Array(0)
  service = new Int32Array(0)
  route = new Int32Array(0)
  /** 0: free. */
  private places = new Int32Array(0)
  private epoch = -1
  private lookups = 0

  /** Where in the columns the labels of a numbered place are, else -1; `learn` may follow. */
  find(view: EventView): number {
    if (this.places.length === 0) return this.miss()
    if (this.epoch !== view.placeEpoch) this.follow(view.placeEpoch)
    const slot = slotOf(view.place)
    return this.places[slot] === view.place ? slot : -1
  }

  /** Tells the labels of the place that the last `find` did not know. */
  learn(view: EventView, gateway: number, service: number, route: number): void {
    if (this.epoch !== view.placeEpoch) return
    const slot = slotOf(view.place)
    this.places[slot] = view.place
    this.gateway[slot] = gateway
    this.service[slot] = service
    this.route[slot] = route
  }

  get heldBytes(): number {
    return 4 * this.places.byteLength
  }

  private follow(epoch: number): void {
    this.epoch = epoch
    this.places.fill(0)
  }

  private miss(): -1 {
    if (++this.lookups > WORTH_IT_AFTER) {
      this.places = new Int32Array(SLOTS)
      this.gateway = new Int32Array(SLOTS)
      this.service = new Int32Array(SLOTS)
      this.route = new Int32Array(SLOTS)
    }
    return -1
  }
}

const slotOf = (place: number): number => Math.imul(place, 0x9e3779b1) >>> (32 - SLOT_BITS)
