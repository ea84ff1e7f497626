import { Script } from 'node:vm'
import type { NestFastifyApplication } from '@nestjs/platform-fastify'
import { Catalog } from '#catalog'
import { QueryService } from '#store'
import { testDatabase, type TestDatabase } from '#testing'
import { labelsOfCode, Seed } from '../../../libs/store/query/test/seed.js'
import { DEFAULT_COST_LIMITS } from './query-cost.js'
import type { ReadAlert } from './ports.js'
import { FixedAlerts, FixedRejects } from './test/fixed-ports.js'
import { askGraphql, queryApp } from './test/query-app.js'

const NOW = Date.UTC(2026, 4, 20, 12, 0, 0)
const bugs: unknown[] = []
const asked: [question: string, seconds: number][] = []
let database: TestDatabase
let app: NestFastifyApplication
const reader: { app?: NestFastifyApplication } = {}

const alert: ReadAlert = {
  id: 'a1',
  rule: { id: 'server-error-spike', name: 'Server error spike', version: 1, severity: 'critical' },
  track: 'server_error',
  service: 'shop',
  state: 'firing',
  reason: 'first',
  summary: 'shop fails',
  evidence: {
    bad: 30,
    total: 100,
    rate: 0.3,
    normalUpTo: 0.02,
    windowSeconds: 60,
    atMs: NOW,
    curve: [{ atMs: NOW - 60_000, bad: 30, total: 100 }],
    top: [{ gateway: 'gw', route: '/cart', code: 502, bad: 15, total: 60 }],
    samples: [
      {
        atMs: NOW,
        source: 'edge',
        gateway: 'gw',
        route: '/cart',
        method: 'GET',
        code: 502,
        durationMs: 3,
        requestId: 'r1',
        traceId: null,
      },
    ],
    ruleVersion: 1,
  },
  startedAtMs: NOW - 90_000,
  firedAtMs: NOW - 30_000,
  resolvedAtMs: null,
}
const alerts = new FixedAlerts([alert, { ...alert, id: 'a2', rule: { ...alert.rule, version: 0 } }])

beforeAll(async () => {
  database = await testDatabase()
  const seed = new Seed(database.pool)
  await seed.partitions(NOW)
  await seed.cells([
    { atMs: NOW - 60_000, count: 80, bytes: 400, labels: labelsOfCode(200) },
    { atMs: NOW - 70_000, count: 15, labels: labelsOfCode(502) },
    { atMs: NOW - 80_000, count: 5, labels: { ...labelsOfCode(429), service: '<script>' } },
  ])
  const parts = {
    query: new QueryService(database.pool, () => NOW),
    catalog: new Catalog(),
    alerts,
    rejects: new FixedRejects([
      {
        id: '7',
        atMs: NOW,
        source: 'edge',
        reason: 'bad_json',
        format: null,
        record: '{',
        whole: true,
        replayedAtMs: null,
      },
    ]),
    times: (name: string, seconds: number) => asked.push([name, seconds]),
    report: (bug: unknown) => bugs.push(bug),
  }
  app = await queryApp(parts, { scopes: ['ingest', 'read', 'admin'] })
  reader.app = await queryApp(parts, { scopes: ['read'] })
})
afterAll(async () => {
  await app.close()
  await reader.app?.close()
  await database.drop()
})
afterEach(() => expect(bugs.splice(0)).toEqual([]))

const COUNTS =
  'count errors errorRate throttled throttleRate denominator bytes retries estimated durationUnavailable durationMs { count mean p50 p90 p95 p99 relativeError }'
const ROW = `source gateway service route method protocol code class outcome owner share counts { ${COUNTS} }
  statusCode { code name class description whenToUse example source outcome owner retryable }`
const SPAN = 'from to step tier asOf complete'
const BREAKDOWN = `span { ${SPAN} } total { ${COUNTS} } rows { ${ROW} } remainder { ${COUNTS} } pageInfo { hasNextPage endCursor }`

const question = (range: string, rest = '') => `{ breakdown(range: ${range}, by: [CODE] ${rest}) { total { count } } }`
const nested = (depth: number) => '{ children '.repeat(depth) + '{ id }' + ' }'.repeat(depth)

const get = async (url: string) => {
  const reply = await app.inject({ url })
  return { status: reply.statusCode, body: reply.json<Record<string, unknown>>() }
}

describe('GraphQL', () => {
  it('breaks down by code with rates and the meaning of the code', async () => {
    const { data, codes } = await askGraphql(
      app,
      `query Q($range: Range!) { breakdown(range: $range, by: [CODE], first: 2) {
        total { count errorRate throttleRate } rows { code service share counts { count } statusCode { name outcome } } remainder { count } } }`,
      { range: { last: '15m' } },
    )
    expect(codes).toEqual([])
    expect(data).toEqual({
      breakdown: {
        total: { count: 100, errorRate: 0.15, throttleRate: 0.05 },
        rows: [
          {
            code: 200,
            service: null,
            share: 0.8,
            counts: { count: 80 },
            statusCode: { name: 'OK', outcome: 'SUCCESS' },
          },
          {
            code: 502,
            service: null,
            share: 0.15,
            counts: { count: 15 },
            statusCode: { name: 'Bad Gateway', outcome: 'SERVER_ERROR' },
          },
        ],
        remainder: { count: 5 },
      },
    })
  })

  it('says the same every time, compiled or not, through fragments and variables', async () => {
    const query = `query Q($by: [Dimension!]!, $codes: [Int!]) { breakdown(range: { from: "2026-05-20T11:00:00Z" }, by: $by, filter: { code: $codes }) { ...All } }
      fragment All on Breakdown { total { count durationUnavailable } rows { class outcome } }`
    const variables = { by: ['CLASS', 'OUTCOME'], codes: [502, 429] }
    const answers = await Promise.all([1, 2, 3, 4].map(() => askGraphql(app, query, variables)))
    for (const { data } of answers)
      expect(data).toEqual({
        breakdown: {
          total: { count: 20, durationUnavailable: expect.stringContaining('names outcome') },
          rows: [
            { class: 'SERVER_ERROR', outcome: 'SERVER_ERROR' },
            { class: 'CLIENT_ERROR', outcome: 'THROTTLED' },
          ],
        },
      })
    const other = await askGraphql(app, query, { by: ['SERVICE'], codes: null })
    expect(other.data).toMatchObject({ breakdown: { total: { count: 100 } } })
  })

  it('runs the named one of several operations, also the third time', async () => {
    const query = 'query A { statusCode(code: 404) { name } } query B { statusCode(code: 500) { name } }'
    for (let time = 0; time < 3; time++) {
      expect((await askGraphql(app, query, undefined, 'A')).data).toEqual({ statusCode: { name: 'Not Found' } })
      expect((await askGraphql(app, query, undefined, 'B')).data).toEqual({
        statusCode: { name: 'Internal Server Error' },
      })
    }
    expect((await askGraphql(app, query)).codes).toEqual(['BAD_USER_INPUT'])
    expect((await askGraphql(app, query, undefined, 'C')).codes).toEqual(['BAD_USER_INPUT'])
  })

  it('answers time series, samples, sources, catalogue and rules', async () => {
    const { data, codes } = await askGraphql(
      app,
      `{ timeSeries(range: { last: "2m" }, step: "1m") { span { step } omitted series { key { counts { count } } points { at counts { count } } } }
         samples(range: { last: "1h" }) { requestId }
         sources { name delivery ledger { received } seriesBudget }
         statusCodes(class: SERVER_ERROR, source: "documented") { code }
         missing: statusCode(code: 777) { name }
         rules { id track severity forSeconds } }`,
    )
    expect(codes).toEqual([])
    expect(data).toMatchObject({
      timeSeries: {
        span: { step: '1m' },
        series: [{ key: { counts: { count: 100 } }, points: [{ counts: { count: 20 } }, { counts: { count: 80 } }] }],
      },
      samples: [],
      sources: [{ name: 'edge', delivery: 'EXACTLY_ONCE', ledger: { received: 0 } }],
      missing: null,
      rules: [
        { id: 'server-error-spike', track: 'SERVER_ERROR' },
        { id: 'throttle-spike', track: 'THROTTLED' },
      ],
    })
  })

  it('explains alerts, and forgets the settings of a rule that has changed', async () => {
    const { data } = await askGraphql(
      app,
      `{ alerts(state: [FIRING], range: { last: "1h" }, first: 1) { nodes { id state track severity firedAt resolvedAt rule { name forSeconds }
          evidence { bad total rate curve { at counts { errors errorRate } } top { route code share counts { count denominator } } samples { service outcome requestId } } }
          pageInfo { hasNextPage endCursor } }
        alert(id: "a2") { rule { version forSeconds } } none: alert(id: "x") { id } }`,
    )
    expect(data).toMatchObject({
      alerts: {
        nodes: [
          {
            id: 'a1',
            state: 'FIRING',
            track: 'SERVER_ERROR',
            severity: 'critical',
            firedAt: '2026-05-20T11:59:30.000Z',
            resolvedAt: null,
            evidence: {
              bad: 30,
              curve: [{ counts: { errors: 30, errorRate: 0.3 } }],
              top: [{ route: '/cart', code: 502, share: 0.5, counts: { count: 15, denominator: 60 } }],
              samples: [{ service: 'shop', outcome: 'SERVER_ERROR', requestId: 'r1' }],
            },
          },
        ],
        pageInfo: { hasNextPage: true },
      },
      alert: { rule: { version: 0, forSeconds: null } },
      none: null,
    })
    expect(alerts.asked).toMatchObject({ states: ['firing'], range: { fromMs: NOW - 3_600_000, toMs: NOW }, first: 1 })
    const { endCursor } = (data as { alerts: { pageInfo: { endCursor: string } } }).alerts.pageInfo
    await askGraphql(app, 'query Q($after: String) { alerts(after: $after) { pageInfo { hasNextPage } } }', {
      after: endCursor,
    })
    expect(alerts.asked?.after).toEqual({ startedAtMs: alert.startedAtMs, id: 'a1' })
  })

  it('shows quarantine to admins only', async () => {
    const query = '{ rejects { nodes { id reason record } } }'
    expect((await askGraphql(app, query)).data).toEqual({
      rejects: { nodes: [{ id: '7', reason: 'bad_json', record: '{' }] },
    })
    if (reader.app) expect((await askGraphql(reader.app, query)).codes).toEqual(['FORBIDDEN'])
  })

  it.each([
    ['no range', question('{}'), 'BAD_USER_INPUT'],
    ['two ranges', question('{ last: "1h", from: "2026-05-20T11:00:00Z" }'), 'BAD_USER_INPUT'],
    ['no date', question('{ from: "yesterday" }'), 'BAD_USER_INPUT'],
    ['a day that the calendar lacks', question('{ from: "2026-02-30" }'), 'BAD_USER_INPUT'],
    ['a time of no zone', question('{ from: "2026-05-20T11:00:00" }'), 'BAD_USER_INPUT'],
    ['a date in words', question('{ from: "May 19 2026" }'), 'BAD_USER_INPUT'],
    [
      'a zone that does not exist',
      '{ timeSeries(range: { last: "1h" }, timeZone: "Mars/Phobos") { omitted } }',
      'BAD_USER_INPUT',
    ],
    [
      'a zone of no name',
      '{ timeSeries(range: { last: "9d" }, step: "1d", timeZone: "") { omitted } }',
      'BAD_USER_INPUT',
    ],
    ['a cursor that is no id', '{ rejects(after: "-1") { nodes { id } } }', 'BAD_USER_INPUT'],
    ['a range too long', question('{ last: "3000d" }'), 'RANGE_TOO_LONG'],
    ['too many rows', question('{ last: "1h" }', 'first: 100000'), 'QUERY_TOO_COMPLEX'],
    ['a changed cursor', question('{ last: "1h" }', 'after: "abc"'), 'BAD_USER_INPUT'],
    ['an unknown field', '{ nothing }', 'BAD_USER_INPUT'],
    ['no GraphQL', '{{{', 'BAD_USER_INPUT'],
    ['nothing', '', 'BAD_USER_INPUT'],
    ['a ready-made syntax tree', '{"kind":"Document","definitions":[]}', 'BAD_USER_INPUT'],
    ['a number', '1', 'BAD_USER_INPUT'],
    ['a null', 'null', 'BAD_USER_INPUT'],
    ['too deep a query', `{ alert(id: "a") ${nested(DEFAULT_COST_LIMITS.depth)} }`, 'QUERY_TOO_COMPLEX'],
    [
      'an alias bomb',
      `{ ${Array.from({ length: 21 }, (_, index) => `a${index}: sources { name }`).join(' ')} }`,
      'QUERY_TOO_COMPLEX',
    ],
    [
      'a fragment bomb',
      `{ ...f0 } ${Array.from({ length: 30 }, (_, index) => `fragment f${index} on Query { ...f${index + 1} ...f${index + 1} }`).join(' ')} fragment f30 on Query { rules { id } }`,
      'QUERY_TOO_COMPLEX',
    ],
    ['a long query', `{ rules { id } } #${'x'.repeat(DEFAULT_COST_LIMITS.textLength)}`, 'QUERY_TOO_COMPLEX'],
    ['many tokens', `{ ${'rules { id } '.repeat(1_100)} }`.slice(0, 16_000), 'BAD_USER_INPUT'],
    ['a mutation', 'mutation { anything }', 'BAD_USER_INPUT'],
  ])('refuses %s', async (_name, query, code) => {
    for (let time = 0; time < 2; time++) {
      const { codes, status } = await askGraphql(app, query)
      expect([codes[0], status < 500]).toEqual([code, true])
    }
  })

  it.each([
    ['a word for a number', '$n: Int', 'first: $n', { n: 'abc' }, /"abc".*Int cannot represent/],
    ['a number too large', '$n: Int', 'first: $n', { n: 1e10 }, /Int cannot represent/],
    ['a number for a range', '$range: Range!', '', { range: 5 }, /to be an object/],
    ['an unknown field', '$range: Range!', '', { range: { last: '1h', x: 1 } }, /"x" is not defined/],
    [
      'a date that is none',
      '$range: Range!',
      '',
      { range: { from: '2026-02-30' } },
      /"\$range.*"2026-02-30".*ISO 8601/s,
    ],
    ['a date that is a flag', '$range: Range!', '', { range: { from: true } }, /ISO 8601/],
    ['a word in a list', '$filter: Filter', 'filter: $filter', { filter: { code: ['a'] } }, /filter\.code\[0\]/],
    ['an unknown word', '$by: [Dimension!]!', '', { by: ['COLOUR'] }, /Dimension/],
    ['a word for a flag', '$flag: Boolean!', '', { flag: 'x' }, /Boolean cannot represent/],
  ] as const)('explains a variable that does not fit: %s', async (_name, declared, argument, variables, reason) => {
    const range = declared.startsWith('$range') ? '$range' : '{ last: "1h" }'
    const by = declared.startsWith('$by') ? '$by' : '[CODE]'
    const skip = declared.startsWith('$flag') ? '@skip(if: $flag)' : ''
    const text = `query Q(${declared}) { breakdown(range: ${range}, by: ${by} ${argument}) ${skip} { total { count } } }`
    for (let time = 0; time < 4; time++) {
      const { codes, messages, status } = await askGraphql(app, text, variables)
      expect([codes, status, messages[0]]).toEqual([['BAD_USER_INPUT'], 400, expect.stringMatching(reason)])
    }
  })

  it.each([
    ['a long list of wrong items', { code: Array.from({ length: 5_000 }, () => 'a') }],
    [
      'many unknown fields',
      Object.fromEntries(Array.from({ length: 1_000 }, (_, index) => [`field${index}`, 'x'.repeat(100)])),
    ],
  ])('answers %s with less than was asked', async (_name, filter) => {
    const text =
      'query Q($filter: Filter) { breakdown(range: { last: "1h" }, by: [CODE], filter: $filter) { total { count } } }'
    for (let time = 0; time < 4; time++) {
      const { codes, messages } = await askGraphql(app, text, { filter })
      expect(new Set(codes)).toEqual(new Set(['BAD_USER_INPUT']))
      expect(messages.length).toBeLessThanOrEqual(51)
      expect(Math.max(...messages.map(({ length }) => length))).toBeLessThanOrEqual(1_001)
    }
  })

  it('explains a variable that is missing, compiled or not', async () => {
    const text = 'query Q($range: Range!) { breakdown(range: $range, by: [CODE]) { total { count } } }'
    for (const variables of [{ range: null }, {}, undefined, {}, { range: null }]) {
      const { codes, messages } = await askGraphql(app, text, variables)
      expect([codes, messages[0]]).toEqual([['BAD_USER_INPUT'], expect.stringContaining('$range')])
    }
    expect((await askGraphql(app, text, { range: { last: '1h' } })).codes).toEqual([])
  })

  it('takes times with any offset, days and epoch milliseconds, as text and as variables', async () => {
    const text = 'query Q($range: Range!) { breakdown(range: $range, by: [CODE]) { span { from } } }'
    const from = { breakdown: { span: { from: '2026-05-20T00:00:00.000Z' } } }
    for (const value of [
      '2026-05-20',
      '2026-05-20t02:00:00+02:00',
      Date.UTC(2026, 4, 20),
      `${Date.UTC(2026, 4, 20)}`,
    ]) {
      expect((await askGraphql(app, text, { range: { from: value } })).data).toEqual(from)
      const literal = `{ breakdown(range: { from: ${JSON.stringify(value)} }, by: [CODE]) { span { from } } }`
      expect((await askGraphql(app, literal)).data).toEqual(from)
    }
  })

  it('tells how long each question took, also one that failed', async () => {
    asked.splice(0)
    await askGraphql(app, '{ breakdown(range: { last: "1h" }, by: [CODE]) { total { count } } sources { name } }')
    await get('/v1/timeseries?last=4000d')
    await get('/v1/alerts')
    expect(asked.map(([name]) => name).toSorted()).toEqual(['alerts', 'breakdown', 'sources', 'timeSeries'])
    for (const [, seconds] of asked) expect(seconds).toBeGreaterThan(0)
  })

  it('asks each request to stay within one budget, however it is aliased', async () => {
    const query = new QueryService(database.pool, () => NOW, {
      ...new QueryService(database.pool, () => NOW).limits,
      maxCells: 150_000,
    })
    const small = await queryApp({
      query,
      catalog: new Catalog(),
      alerts,
      rejects: new FixedRejects(),
      report: () => undefined,
    })
    const twice = `{ a: breakdown(range: { last: "1h" }, by: [CODE]) { total { count } } b: breakdown(range: { last: "90m" }, by: [CODE]) { total { count } }
      c: timeSeries(range: { last: "1h" }, step: "10s") { omitted } }`
    expect((await askGraphql(small, twice)).codes).toEqual(['QUERY_TOO_COMPLEX'])
    await small.close()
  })

  it('says in its own words what the gate refuses', async () => {
    const headers = { 'x-api-key': 'wrong' }
    const reply = await app.inject({ method: 'POST', url: '/graphql', headers, payload: { query: '{ rules { id } }' } })
    expect([reply.statusCode, reply.json()]).toEqual([
      401,
      expect.objectContaining({
        code: 'unauthenticated',
        data: null,
        errors: [expect.objectContaining({ extensions: { code: 'UNAUTHENTICATED' } })],
      }),
    ])
  })

  it('lets its schema be read', async () => {
    const { getIntrospectionQuery } = await import('graphql')
    expect((await askGraphql(app, getIntrospectionQuery())).codes).toEqual([])
  })

  it.each([
    ['text', { method: 'POST', headers: { 'content-type': 'text/plain' }, payload: '{"query":"{ rules { id } }"}' }],
    [
      'a form',
      { method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' }, payload: 'query=x' },
    ],
    [
      'application/graphql',
      { method: 'POST', headers: { 'content-type': 'application/graphql' }, payload: '{ rules { id } }' },
    ],
    ['a batch', { method: 'POST', payload: [{ query: '{ rules { id } }' }] }],
    ['GET', { method: 'GET', query: { query: '{ rules { id } }' } }],
  ] as const)('takes no %s', async (_name, request) => {
    const reply = await app.inject({ url: '/graphql', ...request } as Parameters<typeof app.inject>[0])
    expect(reply.statusCode).toBeGreaterThanOrEqual(400)
    expect(reply.statusCode).toBeLessThan(500)
    expect(reply.json()).toMatchObject({ data: null, errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] })
  })
})

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

describe('explorer', () => {
  it('is a page of its own files, which run and name no other place', async () => {
    const page = await app.inject({ url: '/graphiql' })
    expect(page.headers['content-security-policy']).toMatch(/default-src 'none'; script-src 'self'/)
    const files = [...page.body.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, url]) => url ?? '')
    expect(files).toEqual(['data:,', '/graphiql/explorer.css', '/graphiql/explorer.js'])
    const [style, script] = await Promise.all([
      app.inject({ url: '/graphiql/explorer.css' }),
      app.inject({ url: '/graphiql/explorer.js' }),
    ])
    expect([style.headers['content-type'], script.headers['content-type']]).toEqual([
      'text/css; charset=utf-8',
      'text/javascript; charset=utf-8',
    ])
    for (const { body } of [page, style, script]) expect(body).not.toMatch(/https?:|\/\/[a-z]+\.|innerHTML|eval\(/)
    expect(() => new Script(script.body)).not.toThrow()
  })

  it('has examples that all run', async () => {
    const { EXAMPLES } = await import('./explorer/examples.js')
    for (const { name, query, variables } of EXAMPLES) {
      const { messages } = await askGraphql(
        app,
        query,
        variables === undefined ? undefined : (JSON.parse(variables) as Record<string, unknown>),
      )
      expect([name, messages]).toEqual([name, []])
    }
  })
})

/** Cursors carry the order of pages, not its words. */
function withoutCursor(answer: unknown): unknown {
  return JSON.parse(JSON.stringify(answer, (key, value: unknown) => (key === 'endCursor' ? typeof value : value)))
}
