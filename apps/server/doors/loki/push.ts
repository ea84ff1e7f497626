/** Labels of a stream, or the metadata of an entry. */
export type Labels = Readonly<Record<string, string>>

/** One line of a push, whatever it came in. */
export interface PushEntry {
  readonly labels: Labels
  /** Whole milliseconds of its time, undefined where it has none that can be read, and the nanoseconds within the second. */
  readonly tsMs: number | undefined
  readonly nanoseconds: number
  readonly line: string | Uint8Array
  /** Structured metadata; null where there is none. */
  readonly metadata: Labels | null
}

export type TakeEntry = (entry: PushEntry) => void

/** A time in epoch nanoseconds as an entry has it. */
export function entryTime(nanoseconds: bigint): Pick<PushEntry, 'tsMs' | 'nanoseconds'> {
  const isTime = nanoseconds > 0n && nanoseconds < 1n << 63n
  return isTime
    ? { tsMs: Number(nanoseconds / 1_000_000n), nanoseconds: Number(nanoseconds % 1_000_000_000n) }
    : { tsMs: undefined, nanoseconds: 0 }
}
