/** The `le` edges of the exported Prometheus histogram, milliseconds. Each is exactly an edge of a bucket below. */
export const EXPORTED_LE_MS = [5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 30_000, 60_000] as const

/** Edges between which buckets are spaced evenly on a log scale, with how many lie between this edge and the next. */
const SECTIONS: readonly (readonly [fromMs: number, buckets: number])[] = [
  [0.1, 46],
  [5, 8],
  [10, 10],
  [25, 8],
  [50, 8],
  [100, 10],
  [250, 8],
  [500, 8],
  [1000, 10],
  [2500, 8],
  [5000, 8],
  [10_000, 12],
  [30_000, 8],
  [60_000, 43],
]
const LAST_EDGE_MS = 3_600_000

const EDGES_MS = SECTIONS.flatMap(([fromMs, buckets], section) => {
  const toMs = SECTIONS[section + 1]?.[0] ?? LAST_EDGE_MS
  return Array.from({ length: buckets }, (_, step) => fromMs * (toMs / fromMs) ** (step / buckets))
}).concat(LAST_EDGE_MS)

/**
 * The layout that is stored in histograms: bucket 0 holds durations up to 0.1 ms, the last one those over an hour, and
 * bucket i those in (upper edge of i - 1, upper edge of i]. Every bucket between has an edge ratio of at most 1.10, so that its
 * middle is at most 5 % from any duration in it. A change of the layout is a new version of the histogram encoding.
 */
export const LATENCY_BUCKETS = EDGES_MS.length + 1

/** Upper edge of a bucket, milliseconds; Infinity for the last one. */
export const bucketUpperMs = (index: number): number => EDGES_MS[index] ?? Infinity

/** Lower edge of a bucket, milliseconds. */
export const bucketLowerMs = (index: number): number => (index === 0 ? 0 : EDGES_MS[index - 1]!)

const EDGES_US = Float64Array.from(EDGES_MS, (edge) => edge * 1000)
/** Buckets by the leading bits of the microseconds: 5 bits of exponent, 6 of mantissa. Finer than the buckets. */
const MANTISSA_BITS = 6
const FIRST_GUESS = firstGuesses()

function firstGuesses(): Uint8Array {
  const guesses = new Uint8Array(32 << MANTISSA_BITS)
  let index = 0
  for (let slot = 0; slot < guesses.length; slot++) {
    const mantissa = (slot & ((1 << MANTISSA_BITS) - 1)) / (1 << MANTISSA_BITS)
    const lowest = 2 ** (slot >>> MANTISSA_BITS) * (1 + mantissa)
    while (index < EDGES_US.length && lowest > EDGES_US[index]!) index++
    guesses[slot] = index
  }
  return guesses
}

/** Bucket of a duration in whole microseconds. */
export const bucketIndexUs = (durationUs: number): number => {
  if (durationUs <= 100) return 0
  if (durationUs > LAST_EDGE_MS * 1000) return EDGES_US.length
  const exponent = 31 - Math.clz32(durationUs)
  let index = FIRST_GUESS[(exponent << MANTISSA_BITS) | ((durationUs >>> (exponent - MANTISSA_BITS)) & 63)]!
  while (durationUs > EDGES_US[index]!) index++
  return index
}

/** Bucket of a duration in milliseconds, rounded to the microsecond as all sums are. */
export const bucketIndex = (durationMs: number): number => bucketIndexUs(Math.round(durationMs * 1000))
