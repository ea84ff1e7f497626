import { pollUntil } from '#testing'
import { DOOR_KEY, DoorUnderTest } from '../doors/testing/door-under-test.js'

let door: DoorUnderTest

beforeAll(async () => {
  door = await DoorUnderTest.start()
})
afterAll(() => door.stop())

/** Events of one /graphql, whose HTTP says nearly nothing. */
const REQUESTS = [
  { operation: 'Cart', type: 'query', times: 5 },
  { operation: 'Cart', type: 'query', errors: ['INTERNAL_SERVER_ERROR'], times: 2 },
  { operation: 'Cart', type: 'query', errors: [{ message: 'x', extensions: { code: 'FORBIDDEN' } }], times: 1 },
  { operation: 'Cart', type: 'query', errors: ['INTERNAL_SERVER_ERROR'], partial: true, times: 3 },
  { operation: 'Cart', type: 'query', errors: ['PERSISTED_QUERY_NOT_FOUND'], times: 2 },
  { operation: 'AddToCart', type: 'mutation', errors: ['RATE_LIMITED'], times: 4 },
  { operation: 'AddToCart', type: 'mutation', status: 502, errors: ['FORBIDDEN'], times: 1 },
  { operation: 'Prices', type: 'subscription', times: 1 },
  { operation: 'Whole', type: 'query', status: 294, errors: ['UNKNOWN'], times: 1 },
  { type: 'query', times: 2 },
]

interface Row {
  readonly route: string
  readonly method: string
  readonly code: number
  readonly outcome: string
  readonly counts: { readonly count: number; readonly errors: number; readonly throttled: number }
}

it('tells the operations behind one address apart, and errors that a 200 hides from successes', async () => {
  const events = REQUESTS.flatMap(({ times, status = 200, ...graphql }, kind) =>
    Array.from({ length: times }, (_, i) => ({
      ts: Date.now() - i,
      status,
      method: 'POST',
      path: '/graphql',
      service: 'shop',
      graphql,
      request_id: `${kind}-${i}`,
    })),
  )
  const sent = await door.send('/v1/ingest/graph', events.map((event) => JSON.stringify(event)).join('\n'), {
    'x-api-key': DOOR_KEY,
  })
  expect(sent.status).toBe(202)
  const rows = await pollUntil(
    async () => {
      const { breakdown } = await door.graphql<{ breakdown: { total: { count: number }; rows: Row[] } }>(
        `{ breakdown(range: { last: "1h" }, by: [ROUTE, METHOD, CODE, OUTCOME], filter: { source: ["graph"] })
           { total { count } rows { route method code outcome counts { count errors throttled } } } }`,
      )
      return breakdown.total.count === events.length && breakdown.rows
    },
    { deadlineMs: 30_000, what: 'all events to be folded' },
  )
  const words = rows.map(
    ({ route, method, code, outcome, counts: { count, errors, throttled } }) =>
      `${route} ${method} ${code} ${outcome} ${count} ${errors} ${throttled}`,
  )
  expect(words.toSorted()).toEqual([
    '/graphql QUERY 200 SUCCESS 2 0 0',
    'AddToCart MUTATION 200 THROTTLED 4 0 4',
    'AddToCart MUTATION 502 SERVER_ERROR 1 1 0',
    'Cart QUERY 200 CLIENT_ERROR 1 0 0',
    'Cart QUERY 200 SERVER_ERROR 2 2 0',
    'Cart QUERY 200 SUCCESS 10 0 0',
    'Prices SUBSCRIPTION 200 SUCCESS 1 0 0',
    'Whole QUERY 294 SUCCESS 1 0 0',
  ])
})

it('filters by kind of operation', async () => {
  const { breakdown } = await door.graphql<{ breakdown: { total: { count: number } } }>(
    '{ breakdown(range: { last: "1h" }, by: [ROUTE], filter: { method: ["MUTATION", "SUBSCRIPTION"] }) { total { count } } }',
  )
  expect(breakdown.total.count).toBe(6)
})
