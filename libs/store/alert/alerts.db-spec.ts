import {
  defaultRules,
  EvidenceReader,
  type Signal,
  SignalReader,
  SLOT_MS,
  type Slot,
  tick,
  type TickPorts,
  WindowDetector,
} from '#alert'
import { testDatabase, type TestDatabase } from '#testing'
import { migrate } from '../migrate.js'
import { AlertLease } from './alert-lease.js'
import { AlertReader } from './alert-reader.js'
import { PgAlertBook } from './pg-alert-book.js'
import { PgNoticeOutbox } from './pg-notice-outbox.js'
import { pruneAlerts } from './prune-alerts.js'

const START = Date.UTC(2026, 0, 5, 3)
const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE

let database: TestDatabase
beforeAll(async () => {
  database = await testDatabase()
  await migrate(database.url)
})
afterAll(() => database.drop())
beforeEach(() => database.pool.query('TRUNCATE alert, alert_transition, alert_state, notice, notice_total, lease'))

/** Twenty calm minutes, then five in which three of ten requests fail, then calm again. */
class Incident extends SignalReader {
  constructor(private readonly service = 'checkout') {
    super()
  }

  read(now: number): Promise<Signal[]> {
    const slots: Slot[] = []
    for (let startMs = now - 10 * MINUTE; startMs < now; startMs += SLOT_MS) {
      const minute = (startMs - START) / MINUTE
      slots.push({ startMs, bad: minute >= 20 && minute < 25 ? 150 : 0, total: 500 })
    }
    return Promise.resolve([
      { service: this.service, track: 'server_error', slots, watermarkMs: now, silentSinceMs: null },
    ])
  }
}

class OneSample extends EvidenceReader {
  read() {
    const top = [{ gateway: 'edge', route: '/pay', code: 502, bad: 900, total: 3000 }]
    return Promise.resolve({ slots: [], top, samples: [] })
  }
}

const at = (minute: number): number => START + minute * MINUTE

async function holder(name: string, service?: string) {
  const lease = new AlertLease(database.pool, name)
  await lease.hold()
  const book = new PgAlertBook(database.pool, () => lease.current)
  const signals = new Incident(service)
  const ports: TickPorts = {
    signals,
    evidence: new OneSample(),
    book,
    detector: new WindowDetector(),
    channels: ['ops'],
  }
  const run = async (from: number, to: number) => {
    const results: string[] = []
    for (let now = at(from); now <= at(to); now += SLOT_MS) results.push((await tick(ports, defaultRules, now)).result)
    return results
  }
  return { lease, book, ports, run }
}

async function takeOver(name: string) {
  await database.pool.query(`UPDATE lease SET expires_at = '-infinity'`)
  return holder(name)
}

const keys = async (): Promise<string[]> => {
  const { rows } = await database.pool.query<{ key: string }>('SELECT dedup_key AS key FROM notice ORDER BY id')
  return rows.map(({ key }) => key)
}

const ids = async (query: Parameters<AlertReader['list']>[0]) => {
  const { alerts, hasNextPage } = await new AlertReader(database.pool).list(query)
  return [...alerts.map(({ id }) => id), hasNextPage]
}

const outbox = () => new PgNoticeOutbox(database.pool)

describe('the alert book', () => {
  it('keeps an alert with its numbers from suspicion to recovery', async () => {
    const { run } = await holder('a')
    await run(0, 40)
    const reader = new AlertReader(database.pool)
    const [alert] = (await reader.list({ states: [], range: null, first: 10, after: null })).alerts
    expect(alert).toMatchObject({
      rule: { id: 'server-error-spike', name: 'Server error spike', version: 1, severity: 'critical' },
      service: 'checkout',
      track: 'server_error',
      state: 'resolved',
      reason: 'recovered',
      episode: 1,
      archivedAtMs: null,
      evidence: { windowSeconds: 60, top: [{ code: 502, bad: 900 }] },
    })
    expect(alert?.summary).toMatch(/^checkout: \d+ of 3000 requests failed with a server error in 60 s/)
    expect(alert?.startedAtMs).toBeGreaterThanOrEqual(at(20))
    expect(alert?.resolvedAtMs).toBeGreaterThan(at(25))
    const transitions = await reader.transitions(alert?.id ?? '')
    expect(transitions.map(({ from, to, reason, decision }) => `${from} ${to} ${reason} ${decision}`)).toEqual([
      'inactive pending breach pending',
      'pending firing first first',
      'firing resolved recovered recovered',
    ])
    expect(await keys()).toEqual([`${alert?.id}.1.firing`, `${alert?.id}.1.resolved`])
  })

  it('lets only the holder of the lease write: of two processes one is told so, and nothing is written twice', async () => {
    const first = await holder('a')
    const second = await holder('b')
    expect(second.lease.current).toBeNull()
    await first.run(0, 20)
    const results = new Set([...(await second.run(0, 22)), ...(await second.run(22, 23))])
    expect([...results]).toContain('fenced')
    expect(await keys()).toEqual([])
    await first.run(20, 23)
    expect(await keys()).toHaveLength(1)
  })

  it('refuses the late write of a holder whose lease has passed to another', async () => {
    const first = await holder('a')
    await first.run(0, 20)
    const held = await first.book.load()
    const second = await takeOver('b')
    await second.run(20, 23)
    const now = await first.book.load()
    expect(await first.book.save({ held, dropped: [], changes: [], notices: [] })).toBe('fenced')
    expect(await first.book.load()).toEqual(now)
    expect(await keys()).toHaveLength(1)
    expect(await first.lease.hold()).toBe(false)
  })

  it('goes on after a crash without a second notice', async () => {
    const first = await holder('a')
    await first.run(0, 23)
    const before = await keys()
    const second = await takeOver('b')
    await second.run(20, 23)
    expect(await keys()).toEqual(before)
    await second.run(23, 40)
    expect(await keys()).toHaveLength(2)
  })

  it('writes all of an entry or nothing', async () => {
    const { book, run } = await holder('a')
    await run(0, 21.5)
    const [held] = await book.load()
    if (held === undefined) throw new Error('nothing is held')
    await database.pool.query('DELETE FROM alert_state')
    const notice = { channel: 'ops', dedupKey: 'x', alertId: 'x', kind: 'firing', atMs: Number.NaN, body: {} } as never
    await expect(book.save({ held: [held], dropped: [], changes: [], notices: [notice] })).rejects.toThrow('null value')
    expect(await book.load()).toEqual([])
    const { rows } = await database.pool.query<{ busy: number }>(
      `SELECT count(*)::int AS busy FROM pg_stat_activity WHERE datname = current_database() AND state = 'idle in transaction'`,
    )
    expect(rows[0]?.busy).toBe(0)
  })

  it('remembers a service whose name is longer than an index row', async () => {
    const name = 'n'.repeat(20_000)
    const { book, run } = await holder('a', name)
    await run(20, 20)
    expect((await book.load()).map(({ service }) => service)).toEqual([name])
  })
})

describe('the list of alerts', () => {
  /** Alerts a0 … a4, one per minute, written directly; a3 is still firing, a4 was only a suspicion. */
  beforeEach(async () => {
    for (let i = 0; i < 5; i += 1) {
      const state = ['resolved', 'resolved', 'resolved', 'firing', 'inactive'][i]
      await database.pool.query(
        `INSERT INTO alert VALUES ($1, 'r', 'R', 1, 'critical', 'throttled', 's', $2, 'first', 'x', '{}', 1, to_timestamp($3), NULL,
           CASE WHEN $2 = 'resolved' THEN to_timestamp($3 + 30) END, NULL, to_timestamp($3))`,
        [`a${i}`, state, at(i) / 1000],
      )
    }
  })
  const all = { states: [], range: null, first: 10, after: null } as const

  it('shows the latest first, and no mere suspicion', async () => {
    expect(await ids(all)).toEqual(['a3', 'a2', 'a1', 'a0', false])
    expect(await new AlertReader(database.pool).get('a4')).toBeNull()
  })

  it('is read page by page, also while new alerts come in', async () => {
    expect(await ids({ ...all, first: 2 })).toEqual(['a3', 'a2', true])
    await database.pool.query(`UPDATE alert SET state = 'firing', started_at = to_timestamp($1) WHERE id = 'a4'`, [
      at(9) / 1000,
    ])
    expect(await ids({ ...all, first: 2, after: { startedAtMs: at(2), id: 'a2' } })).toEqual(['a1', 'a0', false])
  })

  it('can be limited to states and to a time in which an alert was active', async () => {
    expect(await ids({ ...all, states: ['firing'] })).toEqual(['a3', false])
    expect(await ids({ ...all, range: { fromMs: at(1.2), toMs: at(2) } })).toEqual(['a1', false])
    expect(await ids({ ...all, range: { fromMs: at(100), toMs: at(101) } })).toEqual(['a3', false])
    expect(await new AlertReader(database.pool).openByState()).toEqual({ pending: 0, firing: 1, stale: 0 })
  })

  it('loses old alerts, and the suspicions much earlier', async () => {
    expect(await pruneAlerts(database.pool, START + 8 * DAY)).toBe(1)
    expect(await pruneAlerts(database.pool, START + 401 * DAY)).toBe(3)
    expect(await ids(all)).toEqual(['a3', false])
  })
})

describe('the outbox', () => {
  const NOW = at(60)

  /** One alert that fired and is over: two notices for each channel. */
  beforeEach(async () => {
    const { run } = await holder('a')
    await run(0, 40)
  })

  it('hands out each notice once, the firing before its end', async () => {
    const [first, ...others] = await outbox().claim(NOW, MINUTE, 10)
    expect([first?.kind, first?.attempt, others.length]).toEqual(['firing', 1, 0])
    expect(await outbox().claim(NOW, MINUTE, 10)).toEqual([])
    if (first) await outbox().settle(first, { result: 'delivered' }, NOW)
    const [second] = await outbox().claim(NOW, MINUTE, 10)
    expect(second?.kind).toBe('resolved')
    expect(JSON.stringify(Object.keys(second?.body ?? {}))).toBe(
      '["version","kind","reason","delivery","at","summary","alert"]',
    )
  })

  it('hands a notice to one of two processes that ask at the same instant', async () => {
    const claims = await Promise.all([1, 2, 3, 4].map(() => outbox().claim(NOW, MINUTE, 10)))
    expect(claims.flat()).toHaveLength(1)
  })

  it('hands a crowd of notices out once each, to eight processes at the same time', async () => {
    await database.pool.query(`TRUNCATE notice`)
    await database.pool.query(
      `INSERT INTO notice (channel, dedup_key, alert_id, kind, at, body, due_at)
       SELECT 'ops', i::text, i::text, 'firing', now(), '{}', '-infinity' FROM generate_series(1, 400) AS i`,
    )
    const claims = await Promise.all(Array.from({ length: 8 }, () => outbox().claim(NOW, MINUTE, 400)))
    const ids = claims.flat().map(({ id }) => id)
    expect([ids.length, new Set(ids).size]).toEqual([400, 400])
  })

  it('hands it out again when its sender died, and takes a late receipt, but no late failure', async () => {
    const [lost] = await outbox().claim(NOW, MINUTE, 10)
    expect(await outbox().claim(NOW + MINUTE - 1, MINUTE, 10)).toEqual([])
    const [again] = await outbox().claim(NOW + MINUTE, MINUTE, 10)
    expect([again?.id, again?.attempt]).toEqual([lost?.id, 2])
    if (lost === undefined) throw new Error('nothing was claimed')
    await outbox().settle(lost, { result: 'dead', reason: 'late' }, NOW + MINUTE)
    expect((await outbox().claim(NOW + 2 * MINUTE, MINUTE, 10))[0]?.attempt).toBe(3)
    await outbox().settle(lost, { result: 'delivered' }, NOW + 2 * MINUTE)
    expect((await outbox().claim(NOW + 2 * MINUTE, MINUTE, 10))[0]?.kind).toBe('resolved')
  })

  it('waits as long as it is told after a failure, and lets the next one go when a notice is dead', async () => {
    const [first] = await outbox().claim(NOW, MINUTE, 10)
    if (first === undefined) throw new Error('nothing was claimed')
    await outbox().settle(first, { result: 'retry', atMs: NOW + 5000, reason: 'status_503' }, NOW)
    expect(await outbox().claim(NOW + 4999, MINUTE, 10)).toEqual([])
    const [again] = await outbox().claim(NOW + 5000, MINUTE, 10)
    if (again === undefined) throw new Error('nothing was claimed')
    await outbox().settle(again, { result: 'dead', reason: `status_410\0${'x'.repeat(9999)}` }, NOW + 5000)
    expect((await outbox().claim(NOW + 5000, MINUTE, 10))[0]?.kind).toBe('resolved')
    expect(await new AlertReader(database.pool).noticeTotals()).toEqual([
      { channel: 'ops', result: 'dead', count: 1 },
      { channel: 'ops', result: 'retry', count: 1 },
    ])
  })
})
