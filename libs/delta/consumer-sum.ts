import type { ConsumerCount } from './delta.js'

/** The word for everything past a limit. */
export const OTHER_WORD = '{other}'
/** Consumers kept by name for each service and minute; the rest is one `{other}`. */
export const CONSUMERS_KEPT = 50

/** Past this many names in one minute of a service the weaker half is given to `{other}`. */
const NAMES_HELD = 8 * CONSUMERS_KEPT
const BUCKETS = 2 ** 31

/** Throttled events by (service, minute, consumer): names of the largest, totals of all. */
export class ConsumerSum {
  private readonly minutes = new Map<number, Map<string, number>>()

  add(service: number, bucket: number, consumer: string, count: number): void {
    const key = service * BUCKETS + bucket
    let names = this.minutes.get(key)
    if (names === undefined) this.minutes.set(key, (names = new Map()))
    names.set(consumer, (names.get(consumer) ?? 0) + count)
    if (names.size > NAMES_HELD) this.minutes.set(key, largest(names, NAMES_HELD / 2))
  }

  /** The largest of every minute, then its `{other}`. */
  rows(): ConsumerCount[] {
    const rows: ConsumerCount[] = []
    for (const [key, names] of this.minutes) {
      const bucket = key % BUCKETS
      const service = (key - bucket) / BUCKETS
      for (const [consumer, count] of largest(names, CONSUMERS_KEPT)) rows.push({ service, bucket, consumer, count })
    }
    return rows
  }
}

const largest = (names: Map<string, number>, keep: number): Map<string, number> => {
  if (names.size <= keep) return names
  const ordered = [...names]
    .filter(([name]) => name !== OTHER_WORD)
    .sort(([nameA, a], [nameB, b]) => b - a || (nameA < nameB ? -1 : 1))
  const rest = ordered.splice(keep).reduce((sum, [, count]) => sum + count, names.get(OTHER_WORD) ?? 0)
  return new Map(rest > 0 ? [...ordered, [OTHER_WORD, rest]] : ordered)
}
