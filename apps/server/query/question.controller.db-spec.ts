import type { NestFastifyApplication } from '@nestjs/platform-fastify'
import { seededApp, type SeededApp } from './testing/seeded-app.js'
import { askGraphql } from './testing/query-app.js'

let served: SeededApp
let app: NestFastifyApplication
beforeAll(async () => {
  served = await seededApp()
  app = served.app
})
afterAll(() => served.close())
afterEach(() => expect(served.bugs.splice(0)).toEqual([]))

const COUNTS =
  'count errors errorRate throttled throttleRate denominator bytes retries estimated durationUnavailable durationMs { count mean p50 p90 p95 p99 relativeError }'
const ROW = `source gateway service route method protocol code class outcome owner share counts { ${COUNTS} }
  statusCode { code name class description whenToUse example source outcome owner retryable }`
const SPAN = 'from to step tier asOf complete'
const BREAKDOWN = `span { ${SPAN} } total { ${COUNTS} } rows { ${ROW} } remainder { ${COUNTS} } pageInfo { hasNextPage endCursor }`

const get = async (url: string) => {
  const reply = await app.inject({ url })
  return { status: reply.statusCode, body: reply.json<Record<string, unknown>>() }
}

describe('REST', () => {
  it.each([
    [
      '/v1/breakdown?by=service,code&last=1h&filter.code=502,429&first=1',
      `breakdown(range: { last: "1h" }, by: [SERVICE, CODE], filter: { code: [502, 429] }, first: 1) { ${BREAKDOWN} }`,
    ],
    [
      '/v1/breakdown?by=route&from=2026-05-20T11:00:00Z&to=1779278400000&orderBy=P99',
      `breakdown(range: { from: "2026-05-20T11:00:00Z", to: "2026-05-20T12:00:00Z" }, by: [ROUTE], orderBy: P99) { ${BREAKDOWN} }`,
    ],
    [
      '/v1/timeseries?last=5m&step=1m&by=code&filter.class=server_error',
      `timeSeries(range: { last: "5m" }, step: "1m", by: [CODE], filter: { class: SERVER_ERROR }) { span { ${SPAN} } omitted series { key { ${ROW} } points { at counts { ${COUNTS} } } } }`,
    ],
    [
      '/v1/sources',
      'sources { name lastEventAt lagMs health delivery ledger { received accepted duplicate rejected shed replayed } seriesUsed seriesBudget }',
    ],
    [
      '/v1/status-codes?class=REDIRECTION',
      'statusCodes(class: REDIRECTION) { code name class description whenToUse example source outcome owner retryable }',
    ],
    [
      '/v1/status-codes/429',
      'statusCode(code: 429) { code name class description whenToUse example source outcome owner retryable }',
    ],
    [
      '/v1/rules',
      'rules { id name version severity track minimumRequests minimumBad shortWindowSeconds longWindowSeconds factor minimumEffect forSeconds resolveBelowFraction resolveAfterSeconds }',
    ],
  ])('%s says what GraphQL says', async (url, field) => {
    const { status, body } = await get(url)
    expect(status).toBe(200)
    const { data } = await askGraphql(app, `{ answer: ${field} }`)
    expect(data).not.toBeNull()
    expect(withoutCursor(body)).toEqual(withoutCursor(data?.['answer']))
  })

  it.each([
    ['/v1/breakdown?by=code', 422, 'bad_user_input'],
    ['/v1/breakdown?last=1h', 422, 'bad_user_input'],
    ['/v1/breakdown?last=1h&by=colour', 422, 'bad_user_input'],
    ['/v1/breakdown?last=1h&by=code&filter.code=50x', 422, 'bad_user_input'],
    ['/v1/breakdown?last=1h&by=code&filter.cod=502', 422, 'bad_user_input'],
    ['/v1/breakdown?last=1h&by=code&first=1e9', 422, 'bad_user_input'],
    ['/v1/breakdown?last=1h&by=code&first=501', 422, 'query_too_complex'],
    ['/v1/breakdown?last=1h&last=2h&by=code', 422, 'bad_user_input'],
    ['/v1/breakdown?last=1h&by=code&filter.errorsOnly=yes', 422, 'bad_user_input'],
    ['/v1/breakdown?last=1h&by=code&filter.route=%00', 422, 'bad_user_input'],
    ['/v1/breakdown?last=4000d&by=code', 422, 'range_too_long'],
    ['/v1/breakdown?from=soon&by=code', 422, 'bad_user_input'],
    ['/v1/breakdown?from=2026-02-30&by=code', 422, 'bad_user_input'],
    ['/v1/breakdown?from=2026-05-20T11:00:00&by=code', 422, 'bad_user_input'],
    ['/v1/breakdown?from=May%2019%202026&by=code', 422, 'bad_user_input'],
    ['/v1/timeseries?last=1h&timeZone=Mars/Phobos', 422, 'bad_user_input'],
    ['/v1/timeseries?last=1h&timeZone=', 422, 'bad_user_input'],
    ['/v1/rules?x=1', 422, 'bad_user_input'],
    ['/v1/status-codes/429?x=1', 422, 'bad_user_input'],
    ['/v1/alerts/a1?x=1', 422, 'bad_user_input'],
    ['/v1/breakdown?last=1h&by=code&__proto__=x', 422, 'bad_user_input'],
    ['/v1/timeseries?last=24h&step=10s', 422, 'query_too_complex'],
    ['/v1/status-codes/teapot', 422, 'bad_user_input'],
    ['/v1/alerts?state=ASLEEP', 422, 'bad_user_input'],
    ['/v1/alerts?after=%00', 422, 'bad_user_input'],
  ])('%s is %i %s', async (url, status, code) => {
    const reply = await get(url)
    expect(reply).toMatchObject({
      status,
      body: { statusCode: status, code, documentation: `/v1/status-codes/${status}` },
    })
    expect(typeof reply.body['message']).toBe('string')
  })

  it('says where nothing is allowed', async () => {
    expect((await get('/v1/sources?x=1')).body['message']).toMatch(/^x: unknown; this address takes none$/)
    expect((await get('/v1/samples?x=1')).body['message']).toContain('allowed: last, from')
  })

  it('lists alerts and shows one', async () => {
    expect((await get('/v1/alerts?state=firing&last=1h&first=1')).body).toMatchObject({
      nodes: [{ id: 'a1', state: 'FIRING' }],
      pageInfo: { hasNextPage: true },
    })
    expect((await get('/v1/alerts/a2')).body).toMatchObject({ id: 'a2' })
    expect((await get('/v1/alerts/x')).status).toBe(404)
    expect((await get('/v1/status-codes/777')).status).toBe(404)
  })
})

/** Cursors carry the order of pages, not its words. */
function withoutCursor(answer: unknown): unknown {
  return JSON.parse(JSON.stringify(answer, (key, value: unknown) => (key === 'endCursor' ? typeof value : value)))
}
