import { MAX_LABEL_BYTES, type EventView } from '#event'
import { cutAt, decodedText } from './byte-interner.js'
import type { SampleEvent } from './delta.js'
import { grown } from './int-hash.js'

/** The sample worth least among some: how many newer ones of its series there are, and how many of its kind. */
export interface Weakest {
  readonly place: number
  readonly turn: number
  readonly peers: number
}

/** A row of all columns. */
const SAMPLE_BYTES = 24 + 3 * (MAX_LABEL_BYTES + 5)

/** The samples, each in its place, one column per value. */
export class SampleColumns {
  series: Int32Array<ArrayBuffer>
  kind: Int32Array<ArrayBuffer>
  atMs: Float64Array<ArrayBuffer>
  private durationUs: Float64Array<ArrayBuffer>
  private readonly requestId: TextColumn
  private readonly traceId: TextColumn
  private readonly detail: TextColumn

  constructor(room: number) {
    this.series = new Int32Array(room)
    this.kind = new Int32Array(room)
    this.atMs = new Float64Array(room)
    this.durationUs = new Float64Array(room)
    this.requestId = new TextColumn(room)
    this.traceId = new TextColumn(room)
    this.detail = new TextColumn(room)
  }

  get room(): number {
    return this.series.length
  }

  /** Bytes of memory held. */
  get heldBytes(): number {
    return SAMPLE_BYTES * this.room
  }

  grow(): void {
    this.series = grown(this.series)
    this.kind = grown(this.kind)
    this.atMs = grown(this.atMs)
    this.durationUs = grown(this.durationUs)
    for (const text of [this.requestId, this.traceId, this.detail]) text.grow()
  }

  /** The older one of a series that has several, else one of the kind that has most; all of the same ten seconds. */
  weakestOf(places: readonly number[]): Weakest {
    let [weakest, most, mostPeers] = [-1, -1, -1]
    for (let at = 0; at < places.length; at++) {
      const place = places[at]!
      const turn = this.newerOfSeries(place, places)
      if (turn < most) continue
      const peers = this.ofKind(this.kind[place]!, places)
      if (turn === most && (peers < mostPeers || (peers === mostPeers && this.atMs[place]! >= this.atMs[weakest]!)))
        continue
      weakest = place
      most = turn
      mostPeers = peers
    }
    return { place: weakest, turn: most, peers: mostPeers }
  }

  /** How many of a kind there are. */
  ofKind(kind: number, places: readonly number[]): number {
    let count = 0
    for (let at = 0; at < places.length; at++) if (this.kind[places[at]!] === kind) count++
    return count
  }

  private newerOfSeries(place: number, places: readonly number[]): number {
    const series = this.series[place]!
    const atMs = this.atMs[place]!
    let newer = 0
    for (let at = 0; at < places.length; at++) {
      const other = places[at]!
      if (this.series[other] !== series) continue
      if (this.atMs[other]! > atMs || (this.atMs[other] === atMs && other > place)) newer++
    }
    return newer
  }

  write(place: number, series: number, kind: number, atMs: number, durationUs: number, view: EventView): void {
    this.series[place] = series
    this.kind[place] = kind
    this.atMs[place] = atMs
    this.durationUs[place] = durationUs
    this.requestId.write(place, view.bytes, view.requestIdFrom, view.requestIdTo)
    this.traceId.write(place, view.bytes, view.traceIdFrom, view.traceIdTo)
    this.detail.write(place, view.bytes, view.detailFrom, view.detailTo)
  }

  row(place: number): SampleEvent {
    const durationUs = this.durationUs[place]!
    return {
      series: this.series[place]!,
      atMs: this.atMs[place]!,
      durationMs: durationUs < 0 ? null : durationUs / 1000,
      requestId: this.requestId.text(place),
      traceId: this.traceId.text(place),
      detail: this.detail.text(place),
    }
  }
}

/** Texts of a bounded length, without a string. */
class TextColumn {
  private bytes: Buffer
  private size: Int32Array<ArrayBuffer>
  /** 1 where all bytes are printable ASCII, which is cheap to make a string of. */
  private plain: Uint8Array<ArrayBuffer>

  constructor(room: number) {
    this.bytes = Buffer.alloc(room * MAX_LABEL_BYTES)
    this.size = new Int32Array(room)
    this.plain = new Uint8Array(room)
  }

  grow(): void {
    this.bytes = Buffer.concat([this.bytes], 2 * this.bytes.length)
    this.size = grown(this.size)
    this.plain = grown(this.plain)
  }

  write(place: number, bytes: Uint8Array, from: number, to: number): void {
    const end = cutAt(bytes, from, to, MAX_LABEL_BYTES)
    const held = this.bytes
    const shift = place * MAX_LABEL_BYTES - from
    let plain = 1
    for (let at = from; at < end; at++) {
      const byte = bytes[at]!
      held[shift + at] = byte
      if (byte < 0x20 || byte > 0x7e) plain = 0
    }
    this.size[place] = end - from
    this.plain[place] = plain
  }

  text(place: number): string | null {
    const start = place * MAX_LABEL_BYTES
    const end = start + this.size[place]!
    if (start === end) return null
    return this.plain[place] === 1 ? this.bytes.toString('latin1', start, end) : decodedText(this.bytes, start, end)
  }
}
