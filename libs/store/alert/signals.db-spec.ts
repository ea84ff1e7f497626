import { SLOT_MS } from '#alert'
import { type Outcome, OUTCOME_INDEX } from '#catalog'
import { testDatabase, type TestDatabase } from '#testing'
import { migrate } from '../migrate.js'
import { DEFAULT_RETENTION, ensurePartitions } from '../partitions.js'
import { PgEvidenceReader } from './pg-evidence-reader.js'
import { PgSignalReader } from './pg-signal-reader.js'

const NOW = Date.UTC(2026, 0, 5, 3)
const MINUTE = 60_000

let database: TestDatabase
beforeAll(async () => {
  database = await testDatabase()
  await migrate(database.url)
  await ensurePartitions(database.pool, NOW, DEFAULT_RETENTION)
})
afterAll(() => database.drop())
beforeEach(() => database.pool.query('TRUNCATE source, series, rollup, cell_10s, rollup_10s, sample CASCADE'))

async function source(name: string, behindMs = 2000, arrivedAgoMs = 0): Promise<void> {
  await database.pool.query('INSERT INTO source (name, watermark_ms, last_arrival_ms) VALUES ($1, $2, $3)', [
    name,
    NOW - behindMs,
    NOW - arrivedAgoMs,
  ])
}

interface Cell {
  readonly agoMs: number
  readonly count: number
  readonly late?: number
  readonly outcome?: Outcome
  readonly service?: string
  readonly source?: string
  readonly route?: string
  readonly code?: number
}

/** Stores a cell and its series; returns the id of the series. */
async function cell(given: Cell): Promise<number> {
  const {
    agoMs,
    count,
    late = 0,
    outcome = 'success',
    service = 'checkout',
    source = 'edge',
    route = '/',
    code = 200,
  } = given
  const { rows } = await database.pool.query<{ id: number }>(
    `WITH whole AS (
       INSERT INTO rollup (source, gateway, service, code, class, outcome, owner) VALUES ($2, 'gw', $3, $5, 0, $6, 0) RETURNING id
     )
     INSERT INTO series (digest, source, gateway, service, route, method, protocol, code, class, outcome, owner, rollup_id)
     SELECT sha256($1::text::bytea), $2, 'gw', $3, $4, 'GET', 'http', $5, 0, $6, 0, id FROM whole
     ON CONFLICT (digest) DO UPDATE SET digest = excluded.digest RETURNING id`,
    [`${source} ${service} ${route} ${code} ${outcome}`, source, service, route, code, OUTCOME_INDEX[outcome]],
  )
  const id = rows[0]?.id ?? 0
  await database.pool.query('INSERT INTO cell_10s (bucket, series_id, count, late) VALUES ($1, $2, $3, $4)', [
    Math.floor((NOW - agoMs) / SLOT_MS),
    id,
    count,
    late,
  ])
  await database.pool.query(
    `INSERT INTO rollup_10s (bucket, rollup_id, count, late)
     SELECT bucket, rollup_id, count, late FROM cell_10s JOIN series ON id = series_id WHERE bucket = $1 AND series_id = $2`,
    [Math.floor((NOW - agoMs) / SLOT_MS), id],
  )
  return id
}

const read = () => new PgSignalReader(database.pool).read(NOW)
const filled = (slots: readonly { startMs: number; bad: number; total: number }[] | undefined) =>
  (slots ?? []).filter(({ total }) => total > 0).map(({ startMs, bad, total }) => [NOW - startMs, bad, total])

describe('the signals of a service', () => {
  it('count failures without the throttled, and the throttled among all that were answered', async () => {
    await source('edge')
    await cell({ agoMs: 60_000, count: 70 })
    await cell({ agoMs: 60_000, count: 5, outcome: 'server_error', code: 502 })
    await cell({ agoMs: 60_000, count: 20, outcome: 'throttled', code: 429 })
    await cell({ agoMs: 60_000, count: 5, outcome: 'client_error', code: 404 })
    await cell({ agoMs: 60_000, count: 900, outcome: 'client_closed', code: 499 })
    await cell({ agoMs: 60_000, count: 900, outcome: 'interim', code: 100 })
    const [errors, throttled] = await read()
    expect([errors?.track, filled(errors?.slots)]).toEqual(['server_error', [[60_000, 5, 80]]])
    expect([throttled?.track, filled(throttled?.slots)]).toEqual(['throttled', [[60_000, 20, 100]]])
  })

  it('leave out what was replayed or came late', async () => {
    await source('edge')
    await cell({ agoMs: 60_000, count: 100, late: 40 })
    await cell({ agoMs: 60_000, count: 50, late: 50, outcome: 'server_error', code: 500 })
    await cell({ agoMs: 60_000, count: 9, late: 9, service: 'replayed' })
    const signals = await read()
    expect(signals.map(({ service }) => service)).toEqual(['checkout', 'checkout'])
    expect(filled(signals[0]?.slots)).toEqual([[60_000, 0, 60]])
  })

  it('add up the sources of a service, and end at the watermark of the slowest', async () => {
    await source('edge', 2000)
    await source('slow', 3 * MINUTE)
    for (const name of ['edge', 'slow']) {
      await cell({ agoMs: 4 * MINUTE, count: 10, source: name })
      await cell({ agoMs: MINUTE, count: 1, source: name })
    }
    const [errors] = await read()
    expect(errors?.watermarkMs).toBe(NOW - 3 * MINUTE)
    expect(filled(errors?.slots)).toEqual([[4 * MINUTE, 0, 20]])
  })

  it('reach far enough back for a source that is fourteen minutes behind', async () => {
    await source('slow', 14 * MINUTE)
    await cell({ agoMs: 20 * MINUTE, count: 10, source: 'slow' })
    const [errors] = await read()
    expect(filled(errors?.slots)).toEqual([[20 * MINUTE, 0, 10]])
    expect(errors?.slots).toHaveLength(60)
    expect(errors?.silentSinceMs).toBeNull()
  })

  it('tell since when all sources are silent', async () => {
    await source('edge', 6 * MINUTE, 5 * MINUTE)
    await cell({ agoMs: 8 * MINUTE, count: 10 })
    const [errors] = await read()
    expect(errors?.silentSinceMs).toBe(NOW - 5 * MINUTE)
    expect(errors?.watermarkMs).toBe(NOW - 6 * MINUTE)
  })

  it('stay apart from other services, and are none where nothing came', async () => {
    await source('edge')
    expect(await read()).toEqual([])
    await cell({ agoMs: MINUTE, count: 1, service: 'b' })
    await cell({ agoMs: MINUTE, count: 2, service: 'a' })
    expect((await read()).map(({ service, slots }) => [service, filled(slots)])).toEqual([
      ['a', [[MINUTE, 0, 2]]],
      ['a', [[MINUTE, 0, 2]]],
      ['b', [[MINUTE, 0, 1]]],
      ['b', [[MINUTE, 0, 1]]],
    ])
  })
})

const services = async (most: number) => [
  ...new Set((await new PgSignalReader(database.pool, most).read(NOW)).map(({ service }) => service)),
]

describe('when there are more services than are watched', () => {
  it('each source has its busiest ones first, so that a flood of names from one hides no other', async () => {
    await source('edge')
    await source('flood')
    await cell({ agoMs: MINUTE, count: 5, service: 'checkout' })
    await cell({ agoMs: MINUTE, count: 3, service: 'cart' })
    for (let n = 0; n < 8; n += 1)
      await cell({ agoMs: MINUTE, count: 1000 + n, service: `made-up-${n}`, source: 'flood' })
    expect(await services(2)).toEqual(['checkout', 'made-up-7'])
    expect(await services(4)).toEqual(['cart', 'checkout', 'made-up-6', 'made-up-7'])
  })

  it('those with an open alert stay', async () => {
    await source('edge')
    await cell({ agoMs: MINUTE, count: 1, service: 'in-trouble' })
    await cell({ agoMs: MINUTE, count: 9, service: 'busy' })
    const alert = `INSERT INTO alert (id, rule_id, rule_name, rule_version, severity, track, service, state, reason, summary, episode, started_at, updated_at)
      VALUES ('a', 'r', 'r', 1, 'critical', 'server_error', 'in-trouble', $1, 'first', '', 1, now(), now())`
    await database.pool.query(alert, ['firing'])
    expect(await services(1)).toEqual(['busy', 'in-trouble'])
    await database.pool.query(`UPDATE alert SET state = 'resolved'`)
    expect(await services(1)).toEqual(['busy'])
    await database.pool.query('DELETE FROM alert')
  })
})

describe('the evidence of an alert', () => {
  it('names the worst places with their own totals, the hour before, and requests to look for', async () => {
    await cell({ agoMs: 30_000, count: 60, route: '/pay' })
    const failing = await cell({ agoMs: 30_000, count: 40, route: '/pay', outcome: 'server_error', code: 502 })
    await cell({ agoMs: 30_000, count: 3, route: '/cart', outcome: 'server_error', code: 0 })
    await cell({ agoMs: 30_000, count: 500, route: '/pay', outcome: 'throttled', code: 429 })
    await cell({ agoMs: 50 * MINUTE, count: 7, route: '/old', outcome: 'server_error', code: 500 })
    await cell({ agoMs: 30_000, count: 99, service: 'other', outcome: 'server_error', code: 500 })
    const sample =
      'INSERT INTO sample (bucket, at_ms, series_id, duration_ms, request_id) VALUES ($1, $2, $3, 12.5, $4)'
    for (let i = 0; i < 7; i += 1) {
      const atMs = NOW - 30_000 + i
      await database.pool.query(sample, [Math.floor(atMs / SLOT_MS), atMs, failing, `r${i}`])
    }
    const { top, samples, slots } = await new PgEvidenceReader(database.pool).read(
      'checkout',
      'server_error',
      NOW - MINUTE,
      NOW,
    )
    expect(top).toEqual([
      { gateway: 'gw', route: '/pay', code: 502, bad: 40, total: 100 },
      { gateway: 'gw', route: '/cart', code: null, bad: 3, total: 3 },
    ])
    expect(samples.map(({ requestId }) => requestId)).toEqual(['r6', 'r5', 'r4', 'r3', 'r2'])
    expect(samples[0]).toMatchObject({
      atMs: NOW - 30_000 + 6,
      route: '/pay',
      code: 502,
      durationMs: 12.5,
      traceId: null,
    })
    expect(slots).toHaveLength(360)
    expect(filled(slots)).toEqual([
      [50 * MINUTE, 7, 7],
      [30_000, 43, 103],
    ])
  })

  it('counts the throttled among everything where throttling is the trouble', async () => {
    await cell({ agoMs: 30_000, count: 60 })
    await cell({ agoMs: 30_000, count: 540, outcome: 'throttled', code: 429 })
    const { top } = await new PgEvidenceReader(database.pool).read('checkout', 'throttled', NOW - MINUTE, NOW)
    expect(top).toEqual([{ gateway: 'gw', route: '/', code: 429, bad: 540, total: 600 }])
  })
})
