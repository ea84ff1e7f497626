import { pollUntil, testDatabase, type TestDatabase } from '#testing'
import { startServerUnderTest, type ServerUnderTest } from '../testing/server-under-test.js'

const DEADLINE_MS = 60_000
/** More than a source has unless its budgets are raised. */
const [SERVICES, ROUTES, SERIES] = [2_500, 700, 12_000]

let database: TestDatabase
let server: ServerUnderTest
beforeAll(async () => {
  database = await testDatabase()
})
afterEach(() => server.stop())
afterAll(() => database.drop())

/** Sends one event of each and answers with how many of them are counted as `{other}`, once all are counted. */
async function others(source: string, label: 'service' | 'route', events: readonly object[]): Promise<number> {
  const body = events.map((event) => JSON.stringify({ status: 200, service: 's', route: '/', ...event })).join('\n')
  const sent = await fetch(`${server.url}/v1/ingest/${source}`, { method: 'POST', body })
  expect(await sent.json()).toMatchObject({ accepted: events.length, rejected: 0 })
  const countOf = async (filter: string): Promise<number> => {
    const reply = await fetch(`${server.url}/v1/breakdown?by=source&last=1h&filter.source=${source}${filter}`)
    return ((await reply.json()) as { total: { count: number } }).total.count
  }
  const what = `${events.length} events to be counted`
  await pollUntil(async () => (await countOf('')) === events.length, { deadlineMs: DEADLINE_MS, what })
  return countOf(`&filter.${label}=${encodeURIComponent('{other}')}`)
}

const each = (count: number, event: (at: number) => object): object[] =>
  Array.from({ length: count }, (_, at) => event(at))
const services = each(SERVICES, (at) => ({ service: `service-${at}` }))
const routes = each(ROUTES, (at) => ({ route: `/route-${at}` }))
const series = each(SERIES, (at) => ({ service: `service-${at % 1_000}`, route: `/route-${Math.floor(at / 1_000)}` }))

it('counts by name what raised budgets allow, and by default not', async () => {
  server = await startServerUnderTest({ DATABASE_URL: database.url })
  expect(await others('services', 'service', services)).toBeGreaterThan(0)
  expect(await others('routes', 'route', routes)).toBe(ROUTES - 500)
  expect(await others('series', 'route', series)).toBeGreaterThan(0)
  await server.stop()
  server = await startServerUnderTest({
    DATABASE_URL: database.url,
    STATUSLINE_BUDGETS_SERIES_PER_SOURCE: '40000',
    STATUSLINE_BUDGETS_ROUTES_PER_SERVICE: '1000',
  })
  expect(await others('more-services', 'service', services)).toBe(0)
  expect(await others('more-routes', 'route', routes)).toBe(0)
  expect(await others('more-series', 'route', series)).toBe(0)
})
