const SLOT_MS = 10_000
const MINUTE_MS = 60_000
/** Newest samples of a series in a minute. */
const PER_MINUTE = 3
/** Where room is short, fewer ten seconds are kept rather than fewer than this of each. */
const LEAST_PER_SLOT = 3

/** An example by its series, and when it happened, epoch ms. */
export interface Placed {
  readonly series: number
  readonly atMs: number
}

/** How many samples there is room for: of ten seconds, and of all. */
export interface SampleRoom {
  readonly perSlot: number
  readonly all: number
}

/**
 * The samples worth keeping: of each series the three newest of a minute and the newest of each ten seconds, so that any window of
 * an alert holds some of those that made it fire, also when many minutes come at once. Where room is short, every ten seconds have
 * the same share, the newest first, and in it every kind (of service and outcome), then every series. Whoever spreads parts and
 * then their sum gets what the whole would give, while no room is used up.
 */
export const spreadSamples = <T extends Placed>(
  samples: readonly T[],
  room: SampleRoom,
  kindOf: (sample: T) => number,
): readonly T[] => {
  if (samples.length <= Math.min(PER_MINUTE, room.perSlot, room.all)) return samples
  const slots = bySlot(newestOfSeries(samples.toSorted((a, b) => b.atMs - a.atMs)))
  const sizes = slots.map(({ length }) => Math.min(length, room.perSlot))
  const { held, share } = sharesOf(sizes, room)
  return slots.slice(0, held).flatMap((slot) => (slot.length <= share ? slot : inTurns(slot, kindOf).slice(0, share)))
}

/** Of each series the newest of a minute and of each ten seconds; `samples` come newest first, and so do the minutes. */
const newestOfSeries = <T extends Placed>(samples: readonly T[]): T[] => {
  const last = new Map<number, { minute: number; taken: number; slot: number }>()
  return samples.filter(({ series, atMs }) => {
    const [minute, slot] = [Math.floor(atMs / MINUTE_MS), Math.floor(atMs / SLOT_MS)]
    const own = last.get(series)
    if (own === undefined) return last.set(series, { minute, taken: 1, slot })
    const taken = own.minute === minute ? own.taken : 0
    const isKept = taken < PER_MINUTE || own.slot !== slot
    own.minute = minute
    own.slot = slot
    own.taken = taken + 1
    return isKept
  })
}

/** The ten seconds one after the other, as `samples` come. */
const bySlot = <T extends Placed>(samples: readonly T[]): T[][] => {
  const slots: T[][] = []
  let last = NaN
  for (const sample of samples) {
    const slot = Math.floor(sample.atMs / SLOT_MS)
    if (slot === last) slots.at(-1)!.push(sample)
    else slots.push([sample])
    last = slot
  }
  return slots
}

/** How many of the ten seconds are held, and how many samples each of them may have. */
const sharesOf = (sizes: readonly number[], { perSlot, all }: SampleRoom): { held: number; share: number } => {
  if (sumUpTo(sizes, perSlot) <= all) return { held: sizes.length, share: perSlot }
  const held = Math.min(sizes.length, Math.floor(all / LEAST_PER_SLOT))
  const newest = sizes.slice(0, held)
  let share = perSlot
  while (sumUpTo(newest, share) > all) share--
  return { held, share }
}

const sumUpTo = (sizes: readonly number[], most: number): number =>
  sizes.reduce((sum, size) => sum + Math.min(size, most), 0)

/** Of every series one before any has two, and among those of every kind one before any has two. */
const inTurns = <T extends Placed>(samples: readonly T[], kindOf: (sample: T) => number): T[] => {
  const ofSeries = new Map<number, number>()
  const ofKind = new Map<number, number>()
  return samples
    .map((sample) => ({ sample, turn: next(ofSeries, sample.series) }))
    .sort((a, b) => a.turn - b.turn)
    .map(({ sample, turn }) => ({ sample, turn, place: next(ofKind, kindOf(sample)) }))
    .sort((a, b) => a.turn - b.turn || a.place - b.place)
    .map(({ sample }) => sample)
}

const next = (counts: Map<number, number>, key: number): number => {
  const count = counts.get(key) ?? 0
  counts.set(key, count + 1)
  return count
}
