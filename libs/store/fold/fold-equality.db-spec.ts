import {
  array,
  assert,
  asyncProperty,
  boolean,
  constant,
  constantFrom,
  integer,
  nat,
  oneof,
  record,
  shuffledSubarray,
  type Arbitrary,
} from 'fast-check'
import { testDatabase, type TestDatabase } from '#testing'
import type { BatchTally, SealedBatch } from '#delta'
import { batchOf, type Specimen } from '../../delta/testing/specimen.js'
import { openDatabase, type Database } from '../database.js'
import { DEFAULT_RETENTION, ensurePartitions } from '../partitions.js'
import { PostgresJournal } from '../postgres-journal.js'
import { key, randomName } from '../testing/batches.js'
import { emptyTables } from '../testing/empty-tables.js'
import { readRollups, type Rollups } from '../testing/rollups.js'
import { readTiers, type TierRow, type Tiers } from '../testing/tiers.js'
import { Folder } from './folder.js'

const NOW_MS = Date.now()
const HOUR_MS = 3_600_000

let scratch: TestDatabase
let database: Database
let journal: PostgresJournal

beforeAll(async () => {
  scratch = await testDatabase()
  database = await openDatabase({ url: scratch.url })
  journal = new PostgresJournal(database.pool)
  await ensurePartitions(database.pool, NOW_MS, DEFAULT_RETENTION)
})

afterAll(async () => {
  await database.close()
  await scratch.drop()
})

const specimen: Arbitrary<Specimen> = record({
  // Now, late within the window, and around the edges of minutes, hours and days.
  tsMs: oneof(
    integer({ min: NOW_MS - 60_000, max: NOW_MS }),
    integer({ min: NOW_MS - 47 * HOUR_MS, max: NOW_MS }),
    integer({ min: 0, max: 46 }).map((hours) => Math.floor(NOW_MS / HOUR_MS) * HOUR_MS - hours * HOUR_MS),
  ),
  status: constantFrom(200, 204, 301, 404, 429, 499, 500, 503, 0),
  service: constantFrom('shop', 'pay'),
  route: constantFrom('/a', '/b', '/c'),
  durationMs: integer({ min: 0, max: 5_000 }),
  bytes: integer({ min: 0, max: 10_000 }),
  retries: integer({ min: 0, max: 2 }),
})

/** Batches of two sources, and a way to send them: an order, with repetitions, and folds and restarts in between. */
const traffic = array(
  record({ source: constantFrom('edge', 'core'), events: array(specimen, { minLength: 1, maxLength: 12 }) }),
  {
    minLength: 1,
    maxLength: 6,
  },
).chain((batches) =>
  record({
    batches: constant(batches),
    order: shuffledSubarray([...batches.keys()], { minLength: batches.length }),
    repeats: array(nat({ max: batches.length - 1 }), { maxLength: 6 }),
    foldAfter: array(boolean(), { minLength: batches.length + 6, maxLength: batches.length + 6 }),
    grouped: boolean(),
    restarted: boolean(),
  }),
)

interface Result {
  readonly tiers: Tiers
  readonly rollups: Rollups
  readonly totals: unknown
  readonly latencies: unknown
  readonly ledger: { received: number; accepted: number; duplicate: number; rejected: number; shed: number }
}

async function result(): Promise<Result> {
  const read = async (text: string) => (await database.pool.query<never>(text)).rows
  const [ledger] = await read(
    'SELECT sum(received) AS received, sum(accepted) AS accepted, sum(duplicate) AS duplicate, sum(rejected) AS rejected, sum(shed) AS shed FROM source',
  )
  return {
    tiers: await readTiers(database.pool),
    rollups: await readRollups(database.pool),
    totals: await read(
      'SELECT source, gateway, service, code, class, outcome, count, bytes, retries FROM total ORDER BY 1, 2, 3, 4, 5, 6',
    ),
    latencies: await read(
      ['latency_1m', 'latency_1h', 'latency_1d']
        .map(
          (table) =>
            `SELECT '${table}' AS tier, bucket, source, service, route, class, count, sum_ms, histogram FROM ${table} JOIN latency_group g ON g.id = group_id`,
        )
        .join(' UNION ALL ') + ' ORDER BY 1, 2, 3, 4, 5, 6',
    ),
    ledger: ledger!,
  }
}

const keyed = (source: string, events: readonly Specimen[], name: string): SealedBatch<BatchTally> => ({
  ...batchOf(events, { source, arrivedAtMs: NOW_MS }),
  key: key(name),
})

const counts = (rows: readonly TierRow[], by: (row: TierRow) => unknown): Record<string, number> => {
  const sums: Record<string, number> = {}
  for (const row of rows) sums[String(by(row))] = (sums[String(by(row))] ?? 0) + row.count
  return sums
}

const WIDTHS = { '1m': 6, '1h': 360, '1d': 8640 } as const

/** The ten-second cells, added up to a wider tier. */
function rolledUp(rows: readonly TierRow[], width: number): Record<string, number> {
  return counts(rows, (row) =>
    JSON.stringify([row.bucket - (row.bucket % width), row.source, row.service, row.route, row.code]),
  )
}

describe('equal cells', () => {
  it('whatever the split, the order, the repetitions and the moments of folding', async () => {
    await assert(
      asyncProperty(traffic, async ({ batches, order, repeats, foldAfter, grouped, restarted }) => {
        const name = randomName()
        await emptyTables(database.pool)
        const once = new Folder(database.pool, { holder: randomName() })
        // All events of a source in one batch, folded at once.
        for (const source of ['edge', 'core']) {
          const events = batches.filter((given) => given.source === source).flatMap((given) => given.events)
          if (events.length > 0) await journal.append([keyed(source, events, `${name} ${source}`)])
        }
        await once.foldOnce()
        const expected = await result()

        await emptyTables(database.pool)
        const holder = randomName()
        let again = new Folder(database.pool, { holder })
        const sent = [...order, ...repeats]
        for (const [place, index] of sent.entries()) {
          const given = batches[index]!
          const sealed = keyed(given.source, given.events, `${name} ${index}`)
          await journal.append(grouped ? [sealed, keyed(given.source, given.events, `${name} ${index}`)] : [sealed])
          if (foldAfter[place]) await again.foldOnce()
          // A process that starts again reads what the one before has stored.
          if (restarted) again = new Folder(database.pool, { holder })
        }
        while ((await again.foldOnce()).deltas > 0);
        const actual = await result()

        expect(actual.tiers).toEqual(expected.tiers)
        expect(actual.totals).toEqual(expected.totals)
        expect(actual.latencies).toEqual(expected.latencies)
        const { received, accepted, duplicate, rejected, shed } = actual.ledger
        expect(accepted).toBe(expected.ledger.accepted)
        expect(received).toBe(accepted + duplicate + rejected + shed)

        for (const { stored, summed } of [expected.rollups, actual.rollups]) expect(stored).toEqual(summed)
        const { tiers } = actual
        for (const tier of ['1m', '1h', '1d'] as const)
          expect(rolledUp(tiers[tier], 1)).toEqual(rolledUp(tiers['10s'], WIDTHS[tier]))
        const byClass = counts(tiers['1d'], (row) => row.class)
        const byCode = counts(tiers['1d'], (row) => classOf(row.code))
        expect(byClass).toEqual(byCode)
      }),
      { numRuns: 30, endOnFailure: true },
    )
  }, 180_000)
})

/** Index of the documented category, told from the code alone; 5: none. */
const classOf = (code: number): number => (code >= 100 && code < 600 ? Math.floor(code / 100) - 1 : 5)
