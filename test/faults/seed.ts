import { randomInt } from 'node:crypto'

/** The seed of this run: `SEED` from the environment, else a fresh one; printed, so that a failure can be repeated. */
export function printedSeed(): number {
  const seed = process.env['SEED'] === undefined ? randomInt(2 ** 31) : Number(process.env['SEED'])
  process.stderr.write(`SEED=${seed}\n`)
  return seed
}
