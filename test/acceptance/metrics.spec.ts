import { spawnSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ServerProcess, pollUntil, statusline, testDatabase, type TestDatabase } from '#testing'

const ROOT = new URL('../../', import.meta.url).pathname
const DAY_MS = 24 * 3_600_000
const LIVE = 500
const LATE = 40
const OLD = 300

let database: TestDatabase
let server: ServerProcess
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'statusline-metrics-'))
  database = await testDatabase({ migrated: false })
  server = await ServerProcess.start({ DATABASE_URL: database.url })
})
afterAll(async () => {
  await server.remove()
  await database.drop()
  await rm(folder, { recursive: true })
})

const events = (count: number, agoMs: number, status: number): string =>
  Array.from({ length: count }, (_, n) =>
    JSON.stringify({
      ts: Date.now() - agoMs,
      service: 'pay',
      gateway: 'gw',
      path: '/x',
      status,
      duration_ms: n,
      bytes: 10,
      request_id: `${status}-${agoMs}-${n}`,
    }),
  ).join('\n')

const trafficOf = (from: ServerProcess): Promise<string> => from.text('/metrics?scope=traffic')

function sumOf(metrics: string, name: string): number {
  return metrics
    .split('\n')
    .filter((row) => row.startsWith(`${name}{`))
    .reduce((sum, row) => sum + Number(row.slice(row.lastIndexOf(' ') + 1)), 0)
}

const REQUESTS = 'gateway_http_requests_total'
const BACKFILLED = 'gateway_http_backfilled_requests_total'

const cells = async (from: ServerProcess): Promise<number> => {
  const { breakdown } = await from.graphql<{ breakdown: { total: { count: number } } }>(
    '{ breakdown(range: { last: "30d" }, by: [CODE]) { total { count } } }',
  )
  return breakdown.total.count
}

it('counts live traffic in one counter, and late and replayed traffic in the other', async () => {
  await server.json('/v1/ingest/edge', events(LIVE, 1_000, 200))
  await pollUntil(async () => sumOf(await trafficOf(server), REQUESTS) === LIVE, {
    deadlineMs: 60_000,
    what: 'the live events',
  })
  await server.json('/v1/ingest/edge', events(LATE, 30 * 60_000, 502))
  const old = join(folder, 'old.ndjson')
  await writeFile(old, `${events(OLD, 10 * DAY_MS, 404)}\n`)
  expect(await statusline(server.url, ['replay', '--source', 'edge', old]).done).toMatchObject({ code: 0 })
  const text = await pollUntil(
    async () => {
      const metrics = await trafficOf(server)
      return sumOf(metrics, BACKFILLED) >= LATE + OLD && metrics
    },
    { deadlineMs: 60_000, what: 'late and replayed events' },
  )
  expect(sumOf(text, BACKFILLED)).toBe(LATE + OLD)
  expect(sumOf(text, REQUESTS)).toBe(LIVE)
  expect(await cells(server)).toBe(LIVE + LATE + OLD)
  expect(sumOf(text, 'gateway_http_request_duration_seconds_count')).toBe(LIVE + LATE + OLD)
})

it('has the codes that alerts are made of at zero before their first response', async () => {
  const rows = (await trafficOf(server)).split('\n').filter((row) => row.startsWith(`${REQUESTS}{`))
  for (const code of [429, 500, 502, 503, 504]) {
    const row = rows.find((candidate) => candidate.includes(`code="${code}"`) && candidate.includes('service="pay"'))
    expect(row).toMatch(/ 0$/)
  }
})

it('is the same from a second process and after a restart, to the byte', async () => {
  const before = await trafficOf(server)
  const second = await ServerProcess.start({ DATABASE_URL: database.url })
  expect(await trafficOf(second)).toBe(before)
  await second.remove()
  expect(await server.end('SIGTERM')).toBe(0)
  await server.start()
  expect(await trafficOf(server)).toBe(before)
})

const partitions = async () =>
  (
    await database.pool.query<{ count: number }>(
      `SELECT count(*)::int AS count FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid
       WHERE inhparent IN ('cell_1m'::regclass, 'cell_1h'::regclass, 'cell_10s'::regclass)`,
    )
  ).rows[0]!.count

it('stays the same when retention has dropped the partitions that held the counts', async () => {
  const before = await trafficOf(server)
  const held = await partitions()
  expect(await server.end('SIGTERM')).toBe(0)
  await server.start({
    STATUSLINE_RETENTION_TEN_SECONDS_HOURS: '1',
    STATUSLINE_RETENTION_MINUTES_DAYS: '1',
    STATUSLINE_RETENTION_HOURS_DAYS: '1',
  })
  expect(await partitions()).toBeLessThan(held)
  expect(await trafficOf(server)).toBe(before)
})

it('is something that promtool has nothing to say about, as are the rules that come along', async () => {
  const check = spawnSync('promtool', ['check', 'metrics'], { input: await server.text('/metrics'), encoding: 'utf8' })
  expect({ status: check.status, said: check.stdout + check.stderr }).toEqual({ status: 0, said: '' })
  const rules = spawnSync('promtool', ['check', 'rules', join(ROOT, 'deploy/prometheus/rules/statusline.yml')], {
    encoding: 'utf8',
  })
  expect({ status: rules.status, said: rules.stderr }).toEqual({ status: 0, said: '' })
  const tests = spawnSync('promtool', ['test', 'rules', join(ROOT, 'deploy/prometheus/tests/statusline.test.yml')], {
    encoding: 'utf8',
  })
  expect({ status: tests.status, said: tests.stdout + tests.stderr }).toMatchObject({
    status: 0,
    said: expect.stringContaining('SUCCESS'),
  })
})
