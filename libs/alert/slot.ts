/** Length of one slot, in milliseconds: the finest tier that is stored. */
export const SLOT_MS = 10_000

/**
 * The counts of one service and track in ten seconds of event time. For `server_error` the total is the denominator
 * without the throttled (a flood of 429 must not hide failures), for `throttled` it is the whole denominator.
 */
export interface Slot {
  /** Start of the slot, epoch milliseconds, a multiple of `SLOT_MS`. */
  readonly startMs: number
  readonly bad: number
  readonly total: number
}

/** How many bad responses of how many. */
export interface Counts {
  readonly bad: number
  readonly total: number
}

/** Start of the slot that holds the instant `ms` (epoch milliseconds). */
export const slotStart = (ms: number): number => Math.floor(ms / SLOT_MS) * SLOT_MS

/** Every slot of the half-open range, in order, empty ones included; rows outside of it are left out. */
export function contiguousSlots(rows: Iterable<Slot>, fromMs: number, toMs: number): Slot[] {
  const first = slotStart(fromMs)
  const count = Math.max(0, Math.ceil((toMs - first) / SLOT_MS))
  const slots = Array.from({ length: count }, (_, i): Slot => ({ startMs: first + i * SLOT_MS, bad: 0, total: 0 }))
  for (const row of rows) {
    const at = (row.startMs - first) / SLOT_MS
    if (Number.isInteger(at) && at >= 0 && at < count) slots[at] = row
  }
  return slots
}

/** The slots of the `seconds` before `endMs`; what lies after `endMs` is never looked at. */
export function lastSlots(slots: readonly Slot[], endMs: number, seconds: number): readonly Slot[] {
  const first = slots[0]
  if (first === undefined) return []
  const end = (endMs - first.startMs) / SLOT_MS
  return slots.slice(Math.max(0, end - (seconds * 1000) / SLOT_MS), Math.max(0, end))
}

/** The sum over some slots. */
export function sumSlots(slots: readonly Slot[]): Counts {
  let bad = 0
  let total = 0
  for (const slot of slots) {
    bad += slot.bad
    total += slot.total
  }
  return { bad, total }
}

/** The sum without the `worst` slots that hold the most bad responses: what is left lasted longer than a blip. */
export function sumWithoutWorst(slots: readonly Slot[], worst: number): Counts {
  return sumSlots([...slots].sort((a, b) => b.bad - a.bad).slice(worst))
}

/** Share of bad responses, 0 when there were none at all. */
export const rateOf = (counts: Counts): number => (counts.total > 0 ? counts.bad / counts.total : 0)
