import type { SealedBatch } from '#delta'

/** Series of one delta, about: what the fold reads at one go, and what a delta takes in memory, is bounded by it. */
const SERIES = 8_000

/**
 * Cuts batches into those that share a delta. Those of one source stay together where they fit, because what they have in common is
 * written once. One batch alone may have more; it has a limit of its own.
 */
export function deltaShares<Batch extends Pick<SealedBatch, 'source'>>(
  batches: readonly Batch[],
  seriesOf: (batch: Batch) => number,
  most = SERIES,
): Batch[][] {
  const all = batches.reduce((sum, batch) => sum + seriesOf(batch), 0)
  if (all <= most) return [[...batches]]
  const shares: Batch[][] = []
  let room = 0
  for (const batch of bySource(batches)) {
    const series = seriesOf(batch)
    if (shares.length === 0 || series > room) {
      shares.push([])
      room = most
    }
    shares.at(-1)?.push(batch)
    room -= series
  }
  return shares
}

function bySource<Batch extends Pick<SealedBatch, 'source'>>(batches: readonly Batch[]): Batch[] {
  const sources = new Map<string, Batch[]>()
  for (const batch of batches) {
    const same = sources.get(batch.source)
    if (same === undefined) sources.set(batch.source, [batch])
    else same.push(batch)
  }
  return [...sources.values()].flat()
}
