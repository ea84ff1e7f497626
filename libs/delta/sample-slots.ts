import { MAX_LABEL_BYTES, type EventView } from '#event'
import { cutAt, decodedText } from './byte-interner.js'
import type { SampleEvent } from './delta.js'

/** Samples kept of a batch, and of one series in it. */
export const SAMPLES_PER_BATCH = 20
const PER_SERIES = 3

/** The newest failing requests of a batch, spread over its failing series, in memory of a fixed size. */
export class SampleSlots {
  private used = 0
  /** True when all slots are taken by as many series: a further series finds no place. */
  private crowded = false
  private readonly series = new Int32Array(SAMPLES_PER_BATCH)
  private readonly atMs = new Float64Array(SAMPLES_PER_BATCH)
  private readonly durationUs = new Float64Array(SAMPLES_PER_BATCH)
  private readonly requestIds = new Uint8Array(SAMPLES_PER_BATCH * MAX_LABEL_BYTES)
  private readonly requestIdSize = new Int32Array(SAMPLES_PER_BATCH)
  private readonly traceIds = new Uint8Array(SAMPLES_PER_BATCH * MAX_LABEL_BYTES)
  private readonly traceIdSize = new Int32Array(SAMPLES_PER_BATCH)
  private readonly details = new Uint8Array(SAMPLES_PER_BATCH * MAX_LABEL_BYTES)
  private readonly detailSize = new Int32Array(SAMPLES_PER_BATCH)

  /** Takes the event as an example of its series; a duration of -1 is unknown. */
  add(series: number, atMs: number, durationUs: number, view: EventView): void {
    const slot = this.slotFor(series, atMs)
    if (slot < 0) return
    this.series[slot] = series
    this.atMs[slot] = atMs
    this.durationUs[slot] = durationUs
    this.requestIdSize[slot] = keep(this.requestIds, slot, view.bytes, view.requestIdFrom, view.requestIdTo)
    this.traceIdSize[slot] = keep(this.traceIds, slot, view.bytes, view.traceIdFrom, view.traceIdTo)
    this.detailSize[slot] = keep(this.details, slot, view.bytes, view.detailFrom, view.detailTo)
  }

  rows(): SampleEvent[] {
    if (this.used === 0) return []
    return Array.from({ length: this.used }, (_, slot) => ({
      series: this.series[slot]!,
      atMs: this.atMs[slot]!,
      durationMs: this.durationUs[slot]! < 0 ? null : this.durationUs[slot]! / 1000,
      requestId: textOf(this.requestIds, slot, this.requestIdSize[slot]!),
      traceId: textOf(this.traceIds, slot, this.traceIdSize[slot]!),
      detail: textOf(this.details, slot, this.detailSize[slot]!),
    }))
  }

  clear(): void {
    this.used = 0
    this.crowded = false
  }

  private slotFor(series: number, atMs: number): number {
    let own = 0
    let oldest = -1
    for (let slot = 0; slot < this.used; slot++) {
      if (this.series[slot] !== series) continue
      own++
      if (oldest < 0 || this.atMs[slot]! < this.atMs[oldest]!) oldest = slot
    }
    if (own < PER_SERIES && this.used < SAMPLES_PER_BATCH) return this.used++
    if (own > 0) return this.atMs[oldest]! <= atMs ? oldest : -1
    return this.crowded ? -1 : this.slotOfSecondSample()
  }

  /** A series without an example takes the older one of a series that has several. */
  private slotOfSecondSample(): number {
    for (let slot = 0; slot < this.used; slot++) {
      for (let later = slot + 1; later < this.used; later++) {
        if (this.series[later] === this.series[slot]) return this.atMs[slot]! <= this.atMs[later]! ? slot : later
      }
    }
    this.crowded = true
    return -1
  }
}

const keep = (arena: Uint8Array, slot: number, bytes: Uint8Array, from: number, to: number): number => {
  const end = cutAt(bytes, from, to, MAX_LABEL_BYTES)
  const start = slot * MAX_LABEL_BYTES
  for (let at = from; at < end; at++) arena[start + at - from] = bytes[at]!
  return end - from
}

const textOf = (arena: Uint8Array, slot: number, size: number): string | null =>
  size === 0 ? null : decodedText(arena, slot * MAX_LABEL_BYTES, slot * MAX_LABEL_BYTES + size)
