interface Entry<T> {
  readonly weight: number
  readonly item: T
}

interface Lane<T> {
  /** Those before `next` have been taken: null, so that nothing holds them any longer. */
  readonly entries: (Entry<T> | null)[]
  next: number
}

const COMPACT_AFTER = 1024

/** One queue per lane, read in turns: a lane with ten thousand items delays another lane's first by one item. */
export class FairQueue<T> {
  length = 0
  weight = 0
  /** Lanes with something in them, the next one to serve first. */
  private readonly lanes = new Map<string, Lane<T>>()

  push(lane: string, weight: number, item: T): void {
    let found = this.lanes.get(lane)
    if (found === undefined) this.lanes.set(lane, (found = { entries: [], next: 0 }))
    found.entries.push({ weight, item })
    this.length++
    this.weight += weight
  }

  /** Removes up to `most` items of at most `mostWeight` together, always at least one. */
  take(most: number, mostWeight: number): T[] {
    const taken: T[] = []
    let weight = 0
    while (taken.length < most && this.length > 0) {
      const [name, lane] = this.lanes.entries().next().value ?? []
      const entry = lane?.entries[lane.next]
      if (name === undefined || lane === undefined || entry == null) break
      if (taken.length > 0 && weight + entry.weight > mostWeight) break
      this.advance(name, lane)
      weight += entry.weight
      taken.push(entry.item)
    }
    this.length -= taken.length
    this.weight -= weight
    return taken
  }

  /** Removes the items that are `over`; those of a lane are over in the order in which they came. */
  expire(over: (item: T) => boolean): T[] {
    const expired: Entry<T>[] = []
    for (const [name, lane] of this.lanes) {
      const left = lane.entries.findIndex((entry) => entry !== null && !over(entry.item))
      const ended = left < 0 ? lane.entries.length : left
      for (const entry of lane.entries.slice(lane.next, ended)) if (entry !== null) expired.push(entry)
      lane.entries.splice(0, ended)
      lane.next = 0
      if (lane.entries.length === 0) this.lanes.delete(name)
    }
    this.length -= expired.length
    for (const { weight } of expired) this.weight -= weight
    return expired.map(({ item }) => item)
  }

  /** Moves the lane to the end of the round, or out of it when it is empty. */
  private advance(name: string, lane: Lane<T>): void {
    lane.entries[lane.next++] = null
    const isEmpty = lane.next === lane.entries.length
    // The only lane is the next one again.
    if (isEmpty || this.lanes.size > 1) this.lanes.delete(name)
    if (isEmpty) return
    if (lane.next === COMPACT_AFTER) lane.entries.splice(0, lane.next)
    lane.next %= COMPACT_AFTER
    this.lanes.set(name, lane)
  }
}
