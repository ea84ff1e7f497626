import type { NestFastifyApplication } from '@nestjs/platform-fastify'
import { Catalog } from '#catalog'
import { DEFAULT_QUERY_LIMITS, QueryService } from '#store'
import { FixedRejects } from './testing/fixed-ports.js'
import { alert, NOW, seededApp, type SeededApp } from './testing/seeded-app.js'
import { askGraphql, queryApp } from './testing/query-app.js'

const unheard = (): undefined => undefined
let served: SeededApp
let app: NestFastifyApplication
beforeAll(async () => {
  served = await seededApp()
  app = served.app
})
afterAll(() => served.close())
afterEach(() => expect(served.bugs.splice(0)).toEqual([]))

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
    expect(served.alerts.asked).toMatchObject({
      states: ['firing'],
      range: { fromMs: NOW - 3_600_000, toMs: NOW },
      first: 1,
    })
    const { endCursor } = (data as { alerts: { pageInfo: { endCursor: string } } }).alerts.pageInfo
    await askGraphql(app, 'query Q($after: String) { alerts(after: $after) { pageInfo { hasNextPage } } }', {
      after: endCursor,
    })
    expect(served.alerts.asked?.after).toEqual({ startedAtMs: alert.startedAtMs, id: 'a1' })
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
    served.asked.splice(0)
    await askGraphql(app, '{ breakdown(range: { last: "1h" }, by: [CODE]) { total { count } } sources { name } }')
    await app.inject({ url: '/v1/timeseries?last=4000d' })
    await app.inject({ url: '/v1/alerts' })
    expect(served.asked.map(([name]) => name).toSorted()).toEqual(['alerts', 'breakdown', 'sources', 'timeSeries'])
    for (const [, seconds] of served.asked) expect(seconds).toBeGreaterThan(0)
  })

  it('asks each request to stay within one budget, however it is aliased', async () => {
    const limits = { ...DEFAULT_QUERY_LIMITS, maxCells: 150_000 }
    const query = new QueryService(served.pool, () => NOW, limits)
    const small = await queryApp({
      query,
      catalog: new Catalog(),
      alerts: served.alerts,
      rejects: new FixedRejects(),
      report: unheard,
    })
    const twice = `{ a: breakdown(range: { last: "1h" }, by: [CODE]) { total { count } } b: breakdown(range: { last: "90m" }, by: [CODE]) { total { count } }
      c: timeSeries(range: { last: "1h" }, step: "10s") { omitted } }`
    expect((await askGraphql(small, twice)).codes).toEqual(['QUERY_TOO_COMPLEX'])
    await small.close()
  })

  it('lets its schema be read', async () => {
    const { getIntrospectionQuery } = await import('graphql')
    expect((await askGraphql(app, getIntrospectionQuery())).codes).toEqual([])
  })
})
