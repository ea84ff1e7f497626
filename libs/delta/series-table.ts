import type { SeriesColumns } from './delta.js'
import { FEW, grown, mixed } from './int-hash.js'

/** What tells series apart besides their three labels. */
export interface SeriesFacts {
  method: number
  protocol: number
  code: number
  outcome: number
  owner: number
}

/** The facts as one int: code 10 bits, method 6, protocol 5, outcome 5, owner 5. */
export const packFacts = (code: number, method: number, protocol: number, outcome: number, owner: number): number =>
  code | (method << 10) | (protocol << 16) | (outcome << 21) | (owner << 26)

const FIRST_CAPACITY = 64
/** A row of all columns, and its two slots. */
const SERIES_BYTES = 30

/** Distinct series in order of arrival. Labels are ints: label ids in a tally, word positions in a segment. */
export class SeriesTable implements SeriesColumns {
  length = 0
  gateway: Int32Array<ArrayBuffer>
  service: Int32Array<ArrayBuffer>
  route: Int32Array<ArrayBuffer>
  method: Uint8Array<ArrayBuffer>
  protocol: Uint8Array<ArrayBuffer>
  code: Uint16Array<ArrayBuffer>
  outcome: Uint8Array<ArrayBuffer>
  owner: Uint8Array<ArrayBuffer>
  private facts: Int32Array<ArrayBuffer>
  /** Position + 1 by hash; 0: free. */
  private slots: Int32Array<ArrayBuffer>

  /** `capacity`: a power of two, what it has room for before it grows. */
  constructor(capacity = FIRST_CAPACITY) {
    this.gateway = new Int32Array(capacity)
    this.service = new Int32Array(capacity)
    this.route = new Int32Array(capacity)
    this.method = new Uint8Array(capacity)
    this.protocol = new Uint8Array(capacity)
    this.code = new Uint16Array(capacity)
    this.outcome = new Uint8Array(capacity)
    this.owner = new Uint8Array(capacity)
    this.facts = new Int32Array(capacity)
    this.slots = new Int32Array(2 * capacity)
  }

  /** Position of the series, or -1. */
  find(gateway: number, service: number, route: number, facts: number): number {
    return this.slots[this.slotOf(gateway, service, route, facts)]! - 1
  }

  /** Position of the series, added where it is new. */
  put(gateway: number, service: number, route: number, facts: number): number {
    const slot = this.slotOf(gateway, service, route, facts)
    const found = this.slots[slot]!
    if (found !== 0) return found - 1
    if (this.length === this.gateway.length) {
      this.grow()
      return this.put(gateway, service, route, facts)
    }
    const position = this.length++
    this.slots[slot] = position + 1
    this.gateway[position] = gateway
    this.service[position] = service
    this.route[position] = route
    this.facts[position] = facts
    this.code[position] = facts & 1023
    this.method[position] = (facts >>> 10) & 63
    this.protocol[position] = (facts >>> 16) & 31
    this.outcome[position] = (facts >>> 21) & 31
    this.owner[position] = (facts >>> 26) & 31
    return position
  }

  /** Bytes of memory held. */
  get heldBytes(): number {
    return SERIES_BYTES * this.gateway.length
  }

  clear(): void {
    if (this.length > FEW) this.slots.fill(0)
    // Backwards, so that those before can still be found.
    else
      for (let at = this.length - 1; at >= 0; at--)
        this.slots[this.slotOf(this.gateway[at]!, this.service[at]!, this.route[at]!, this.facts[at]!)] = 0
    this.length = 0
  }

  private slotOf(gateway: number, service: number, route: number, facts: number): number {
    const mask = this.slots.length - 1
    let slot = mixed(route, service, gateway, facts) & mask
    for (;;) {
      const position = this.slots[slot]! - 1
      if (position < 0) return slot
      if (
        this.facts[position] === facts &&
        this.route[position] === route &&
        this.service[position] === service &&
        this.gateway[position] === gateway
      ) {
        return slot
      }
      slot = (slot + 1) & mask
    }
  }

  private grow(): void {
    this.gateway = grown(this.gateway)
    this.service = grown(this.service)
    this.route = grown(this.route)
    this.method = grown(this.method)
    this.protocol = grown(this.protocol)
    this.code = grown(this.code)
    this.outcome = grown(this.outcome)
    this.owner = grown(this.owner)
    this.facts = grown(this.facts)
    this.slots = new Int32Array(2 * this.gateway.length)
    for (let position = 0; position < this.length; position++) {
      const slot = this.slotOf(
        this.gateway[position]!,
        this.service[position]!,
        this.route[position]!,
        this.facts[position]!,
      )
      this.slots[slot] = position + 1
    }
  }
}
