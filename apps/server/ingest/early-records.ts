import type { Envelope } from '#event'
import type { InFlight } from './in-flight.js'

/** Takes a record that need not wait any longer. */
export type TakeEarly = (record: Uint8Array, envelope: Envelope | null) => void

/** Records of one source whose name is still being looked up; they are in flight like all others, and shed past the limit. */
export class EarlyRecords {
  /** Records that found no room. */
  shed = 0
  private readonly records: (readonly [Uint8Array, Envelope | null])[] = []

  constructor(private readonly inFlight: InFlight) {}

  /** Keeps a copy of a record. */
  put(record: Uint8Array, envelope: Envelope | null): 'taken' | 'shed' {
    if (this.inFlight.full) {
      this.shed++
      return 'shed'
    }
    this.inFlight.add(record.length)
    this.records.push([record.slice(), envelope])
    return 'taken'
  }

  /** Hands over what was kept, in order. */
  drain(take: TakeEarly): void {
    for (const [record, envelope] of this.records.splice(0)) {
      this.inFlight.remove(record.length)
      take(record, envelope)
    }
  }
}
