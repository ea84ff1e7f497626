import { seededRandom } from '#platform'
import { ServerProcess, pollUntil, testDatabase, type TestDatabase } from '#testing'
import { load, loadBatches, type LoadBatch, type LoadTarget } from './loader.js'
import { loadWhile } from './load-while.js'
import { expectCounted } from './expect-counted.js'
import { printedSeed } from './seed.js'
import { totalsOf } from './totals.js'

const EVENTS_EACH = 40
const SOURCE = 'loader'

const seed = printedSeed()
const random = seededRandom(seed)
let made = 0

/** Batches that no other test has sent. */
function freshBatches(count: number): LoadBatch[] {
  made += 1
  return loadBatches(`replicas-${seed}-${made}`, count, EVENTS_EACH, Date.now(), random)
}

/** The sum of one counter over all its series. */
function sumOf(metrics: string, name: string): number {
  return metrics
    .split('\n')
    .filter((line) => line.startsWith(`${name}{`))
    .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0)
}

const trafficOf = (server: ServerProcess): Promise<string> => server.text('/metrics?scope=traffic')

/** The process that may fold now, by the database's word. */
async function holderOf(database: TestDatabase, servers: readonly ServerProcess[]): Promise<ServerProcess | null> {
  const { rows } = await database.pool.query<{ holder: string }>(
    `SELECT holder FROM lease WHERE name = 'fold' AND expires_at > clock_timestamp()`,
  )
  const holder = rows[0]?.holder
  return (
    servers.find(({ pid, url }) => holder?.endsWith(`:pid ${pid}`) || holder?.endsWith(`:${new URL(url).port}`)) ?? null
  )
}

const underWay = (sending: { readonly next: number }) =>
  pollUntil(() => sending.next > 120, { deadlineMs: 120_000, what: 'some batches to be under way' })

describe('two servers on one database', () => {
  let database: TestDatabase
  let one: ServerProcess
  let two: ServerProcess
  let events = 0

  beforeAll(async () => {
    database = await testDatabase({ migrated: false })
    // At the same instant on an empty database: one of them migrates it, the other waits.
    ;[one, two] = await Promise.all([
      ServerProcess.start({ DATABASE_URL: database.url }),
      ServerProcess.start({ DATABASE_URL: database.url }),
    ])
  })
  afterAll(async () => {
    await Promise.all([one.remove(), two.remove()])
    await database.drop()
  })

  it('count a batch once that comes to both at the same instant', async () => {
    const batches = freshBatches(400)
    const records = await Promise.all(
      [one, two].map((server) => load(server, batches, { workers: 8, deadlineMs: 180_000 })),
    )
    events += batches.length * EVENTS_EACH
    expect(records.map(({ acknowledged }) => acknowledged)).toEqual([events, events])
    expect(records[0]!.acceptedSaid + records[1]!.acceptedSaid).toBe(events)
    expect(records[0]!.duplicateSaid + records[1]!.duplicateSaid).toBe(events)
    await expectCounted(one, SOURCE, events)
    await expectCounted(two, SOURCE, events)
  })

  it('show the same traffic in /metrics, to the byte', async () => {
    const [ofOne, ofTwo] = await pollUntil(
      async () => {
        const both = await Promise.all([trafficOf(one), trafficOf(two)])
        return both.every((text) => sumOf(text, 'gateway_http_requests_total') >= events) && both
      },
      { deadlineMs: 60_000, what: 'both to show all events' },
    )
    expect(ofOne).toBe(ofTwo)
    expect(sumOf(ofOne, 'gateway_http_requests_total')).toBe(events)
  })

  it('fold on when the one with the lease is stopped past it, and count nothing twice when it wakes up', async () => {
    const stopped = await pollUntil(() => holderOf(database, [one, two]), {
      deadlineMs: 120_000,
      what: 'one of them to hold the lease',
    })
    const other = stopped === one ? two : one
    const both = { urls: [one.url, two.url], next: 0 }
    // Under load, so that it is stopped in the middle of appends and folds.
    const before = loadWhile(
      {
        get url() {
          return both.urls[both.next++ % both.urls.length]!
        },
      },
      underWay(both).then(() => {
        both.urls = [other.url]
        return process.kill(stopped.pid, 'SIGSTOP')
      }),
      freshBatches(2_000),
    )
    const during = freshBatches(200)
    try {
      const { sent } = await before
      await load(other, during, { workers: 8, deadlineMs: 180_000 })
      events += (sent + during.length) * EVENTS_EACH
      // More than the lease and the longest wait for a stopped transaction.
      await pollUntil(async () => (await holderOf(database, [one, two])) === other, {
        deadlineMs: 120_000,
        what: 'the other one to take the lease',
      })
      await expectCounted(other, SOURCE, events)
    } finally {
      process.kill(stopped.pid, 'SIGCONT')
    }
    await expectCounted(stopped, SOURCE, events)
    // What was on its way inside the stopped one has ended now; it must not have added anything, nor may what comes next.
    const after = freshBatches(100)
    await load(stopped, after, { workers: 8, deadlineMs: 180_000 })
    await load(stopped, during, { workers: 8, deadlineMs: 180_000 })
    events += after.length * EVENTS_EACH
    await expectCounted(stopped, SOURCE, events)
    expect(stopped.running).toBe(true)
  })

  it('lose nothing when one of them is killed under load', async () => {
    const holder = (await holderOf(database, [one, two])) ?? one
    const [dies, stays] = holder === one ? [one, two] : [two, one]
    const both = { urls: [one.url, two.url], next: 0 }
    const target: LoadTarget = {
      get url() {
        return both.urls[both.next++ % both.urls.length]!
      },
    }
    const killing = underWay(both)
      .then(() => dies.end('SIGKILL'))
      .then(() => pollUntil(() => both.next > 300, { deadlineMs: 120_000, what: 'more batches after the kill' }))
    const batches = freshBatches(2_000)
    const { sent } = await loadWhile(target, killing, batches)
    events += sent * EVENTS_EACH
    await expectCounted(stays, SOURCE, events)
    const again = await load(stays, batches.slice(0, sent), { workers: 8, deadlineMs: 180_000 })
    expect(again.acceptedSaid).toBe(0)
    await dies.start()
    await expectCounted(dies, SOURCE, events)
  })
})

const status = async (server: ServerProcess, path: string, method: string) =>
  (await fetch(server.url + path, { method, ...(method === 'POST' ? { body: '{"status":200}' } : {}) })).status

describe('one database and a process for each part of the work', () => {
  let database: TestDatabase
  let byRole: Record<'ingest' | 'fold' | 'query' | 'alert', ServerProcess>

  beforeAll(async () => {
    database = await testDatabase({ migrated: false })
    const start = (role: string) => ServerProcess.start({ DATABASE_URL: database.url, STATUSLINE_ROLE: role })
    const [ingest, fold, query, alert] = await Promise.all([
      start('ingest'),
      start('fold'),
      start('query'),
      start('alert'),
    ])
    byRole = { ingest, fold, query, alert }
  })
  afterAll(async () => {
    const codes = await Promise.all(Object.values(byRole).map((server) => server.end('SIGTERM')))
    await Promise.all(Object.values(byRole).map((server) => server.remove()))
    await database.drop()
    expect(codes).toEqual([0, 0, 0, 0])
  })

  it('takes batches with one, folds with another and answers with a third', async () => {
    const batches = freshBatches(100)
    await load(byRole.ingest, batches, { workers: 8, deadlineMs: 180_000 })
    const events = batches.length * EVENTS_EACH
    await expectCounted(byRole.query, SOURCE, events)

    // Without anybody who folds, batches are still taken, and wait.
    await byRole.fold.end('SIGKILL')
    const more = freshBatches(50)
    await load(byRole.ingest, more, { workers: 8, deadlineMs: 180_000 })
    expect((await totalsOf(byRole.query, SOURCE)).count).toBe(events)
    await byRole.fold.start()
    await expectCounted(byRole.query, SOURCE, events + more.length * EVENTS_EACH)
  })

  it('shows the same traffic from each of them', async () => {
    const texts = await pollUntil(
      async () => {
        const all = await Promise.all(Object.values(byRole).map(trafficOf))
        return all.every((text) => text === all[0] && sumOf(text, 'gateway_http_requests_total') > 0) && all
      },
      { deadlineMs: 60_000, what: 'all to show the same' },
    )
    expect(new Set(texts).size).toBe(1)
  })

  it('has no part in what is not its role, and says that it is ready', async () => {
    expect(await status(byRole.query, '/v1/ingest', 'POST')).toBe(404)
    expect(await status(byRole.fold, '/v1/ingest', 'POST')).toBe(404)
    expect(await status(byRole.ingest, '/v1/breakdown?by=code&last=1h', 'GET')).toBe(404)
    expect(await status(byRole.alert, '/v1/breakdown?by=code&last=1h', 'GET')).toBe(404)
    for (const server of Object.values(byRole)) {
      expect(await status(server, '/healthz', 'GET')).toBe(200)
      expect(await status(server, '/readyz', 'GET')).toBe(200)
    }
  })
})
