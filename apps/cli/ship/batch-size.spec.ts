import { BatchSize } from './batch-size.js'

const MIB = 1024 * 1024

const after = (...answersMs: number[]): number => {
  const size = new BatchSize()
  for (const ms of answersMs) size.took(ms)
  return size.bytes / MIB
}

describe('the size of a batch', () => {
  it.each([
    ['begins small', [], 1],
    ['grows while answers are quick', [20, 20], 4],
    ['has an end', [20, 20, 20, 20, 20], 8],
    ['stays where answers take their time', [20, 1_000, 1_000], 2],
    ['shrinks where they are slow', [20, 20, 20, 4_000], 4],
    ['never shrinks below where it began', [4_000, 4_000], 1],
  ])('%s', (_, answers, mib) => expect(after(...answers)).toBe(mib))
})
