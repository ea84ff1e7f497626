import { pollUntil } from '#testing'
import { imbalance, totalsOf, type Asked, type Ledger } from './totals.js'

/** Waits until the counts of a source have reached `events`, and holds them and its ledger to exactly that; answers with the ledger. */
export async function expectCounted(
  server: Asked,
  source: string,
  events: number,
  deadlineMs = 180_000,
): Promise<Ledger> {
  await pollUntil(async () => (await totalsOf(server, source)).count >= events, {
    deadlineMs,
    everyMs: 200,
    what: `${events} events of ${source} to be counted`,
  })
  const { count, ledger } = await totalsOf(server, source)
  expect({ count, accepted: ledger.accepted, imbalance: imbalance(ledger) }).toEqual({
    count: events,
    accepted: events,
    imbalance: 0,
  })
  return ledger
}

/** After all batches came once more: only the duplicates have grown, by `events`, since the ledger was `before`. */
export async function expectOnlyDuplicates(
  server: Asked,
  source: string,
  events: number,
  before: Ledger,
): Promise<void> {
  await pollUntil(async () => (await totalsOf(server, source)).ledger.duplicate >= before.duplicate + events, {
    deadlineMs: 180_000,
    what: 'the ledger to follow',
  })
  const { count, ledger } = await totalsOf(server, source)
  expect(count).toBe(events)
  // A slow server may have refused some for the moment, which were sent once more.
  const { received, shed } = ledger
  expect(ledger).toEqual({ ...before, received, shed, duplicate: before.duplicate + events })
  expect(imbalance(ledger)).toBe(0)
}
