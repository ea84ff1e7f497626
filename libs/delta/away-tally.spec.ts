import { encodeSummed, type AwayTally, type TallyPlace } from './away-tally.js'
import type { BatchTally } from './batch-tally.js'
import { decodeDelta } from './decode-delta.js'
import { DeltaSum } from './delta-sum.js'
import { batchSegments, encodeBatches } from './encode-batches.js'
import type { SealedBatch } from './sealed-batch.js'
import { batchOf } from './testing/specimen.js'

/** A place that holds batches as another thread does. */
class Elsewhere implements TallyPlace {
  asked = 0
  private readonly held = new Map<AwayTally, SealedBatch<BatchTally>>()

  hold(batch: SealedBatch<BatchTally>): SealedBatch<AwayTally> {
    const { seriesCount, delivery } = batch.tally
    const tally: AwayTally = { place: this, seriesCount, delivery }
    this.held.set(tally, batch)
    return { ...batch, tally }
  }

  segments(batches: readonly SealedBatch<AwayTally>[]) {
    this.asked++
    return Promise.resolve(batchSegments(batches.map(({ tally }) => this.held.get(tally)!)))
  }
}

const at = (status: number, source = 'edge') => batchOf([{ status, path: '/a', durationMs: 3 }], { source })

/** What the fold makes of a delta. */
const folded = (bytes: Uint8Array): unknown => {
  const { delta, fault } = decodeDelta(bytes)
  if (delta === undefined) throw new Error(fault)
  const sum = new DeltaSum()
  sum.add(delta)
  return sum.rows()
}

describe('a delta of batches that several threads have summed', () => {
  const batches = [at(200), at(404), at(200, 'b'), at(503), at(200)]

  it.each<[string, readonly number[]]>([
    ['all on one other thread', [1, 1, 1, 1, 1]],
    ['on this one and another', [0, 1, 0, 1, 0]],
    ['on two others', [1, 2, 1, 2, 1]],
    ['on all three', [0, 1, 2, 0, 1]],
  ])('counts the same: %s', async (_where, places) => {
    const others = [new Elsewhere(), new Elsewhere()]
    const duplicates = [at(500), at(500, 'c')]
    const spread = batches.map((batch, position) => {
      const place = others[places[position]! - 1]
      return place === undefined ? batch : place.hold(batch)
    })
    const bytes = await encodeSummed(spread, [duplicates[0]!, others[0]!.hold(duplicates[1]!)])
    expect(folded(bytes)).toEqual(folded(encodeBatches(batches, duplicates)))
    expect(others.map(({ asked }) => asked)).toEqual([1, 2].map((place) => (places.includes(place) ? 1 : 0)))
  })

  it('is byte by byte that of this thread where one other has all of them', async () => {
    const place = new Elsewhere()
    const bytes = await encodeSummed(batches.map((batch) => place.hold(batch)))
    expect(Buffer.from(bytes)).toEqual(Buffer.from(encodeBatches(batches)))
  })

  it('is there at once where all were summed here', () => {
    expect(encodeSummed(batches, [at(500)])).toEqual(encodeBatches(batches, [at(500)]))
  })

  it('is none where a place has lost a batch', async () => {
    const lost = new Error('lost')
    const place = new Elsewhere()
    place.segments = () => Promise.reject(lost)
    await expect(encodeSummed([at(200), place.hold(at(404))])).rejects.toBe(lost)
  })
})
