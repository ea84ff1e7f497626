import { randomInt } from 'node:crypto'

/** The seed of this run: `SEED` from the environment, else a fresh one; printed, so that a failure can be repeated. */
export function printedSeed(): number {
  const seed = process.env['SEED'] === undefined ? randomInt(2 ** 31) : Number(process.env['SEED'])
  process.stderr.write(`SEED=${seed}\n`)
  return seed
}

/** mulberry32: numbers in [0, 1) that depend on the seed only. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}
