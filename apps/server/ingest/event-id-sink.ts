import { hash } from 'node:crypto'
import type { BatchTally } from '#delta'
import type { EventSink, EventView, RejectReason } from '#event'
import type { EventIdentity } from './scan.js'

const ID_BYTES = 16
/** An id with its string and its place in the set. */
const HELD_BYTES = 80

/** Stands before a tally and lets every event with an id through once: not twice in a batch, and not if it is `known`. */
export class EventIdSink implements EventSink {
  /** 16 bytes each, as Latin-1 text: of every event that was counted. */
  readonly ids = new Set<string>()

  constructor(
    private readonly tally: BatchTally,
    /** The name that the sender gave: ids hold within it. */
    private readonly named: string,
    private readonly identity: EventIdentity,
    private readonly known: ReadonlySet<string>,
  ) {}

  /** Bytes of memory held. */
  get heldBytes(): number {
    return HELD_BYTES * this.ids.size
  }

  event(view: EventView): void {
    const told = this.identityOf(view)
    if (told === null) return this.tally.event(view)
    const id = hash('sha256', `event\0${this.named}\0${told}`, 'buffer').toString('latin1', 0, ID_BYTES)
    if (this.known.has(id) || this.ids.has(id)) return this.tally.duplicate()
    const { accepted } = this.tally
    this.tally.event(view)
    // One that is too old or in the future is not counted, so it must not bar its like.
    if (this.tally.accepted > accepted) this.ids.add(id)
  }

  reject(reason: RejectReason, record: Uint8Array, from: number, to: number, index: number): void {
    this.tally.reject(reason, record, from, to, index)
  }

  private identityOf(view: EventView): string | null {
    if (view.eventId !== null) return view.eventId
    const own = textOf(view, view.eventIdFrom, view.eventIdTo)
    if (isId(own)) return own
    if (this.identity === 'event_id' || view.requestIdTo === view.requestIdFrom) return null
    const request = textOf(view, view.requestIdFrom, view.requestIdTo)
    return isId(request) ? `request\0${request}` : null
  }
}

/** Zeros and the words for nothing name no event. */
function isId(text: string): boolean {
  return text !== '' && !/^(?:[0-]*|undefined|unknown|none|nil)$/i.test(text)
}

const decoder = new TextDecoder()

function textOf({ bytes }: EventView, from: number, to: number): string {
  return decoder.decode(bytes.subarray(from, to))
}
