import { testDatabase, type TestDatabase } from '#testing'
import { startServerUnderTest, type ServerUnderTest } from '../testing/server-under-test.js'

let database: TestDatabase
let server: ServerUnderTest

beforeAll(async () => {
  database = await testDatabase()
  server = await startServerUnderTest({ DATABASE_URL: database.url })
})

afterAll(async () => {
  await server.stop()
  await database.drop()
})

const EVENT = '{"status":200}'
const JSON_TYPE = { 'content-type': 'application/json' }

/** Replies leave the server in several ways, and each has to think of these headers. */
describe('every reply names the request and says what a browser may do with it', () => {
  it.each<[what: string, path: string, init: RequestInit, status: number, type: string | null]>([
    ['a body that was counted', '/v1/ingest/edge', { method: 'POST', body: EVENT }, 202, 'application/json'],
    ['counted by a dialect', '/services/collector/raw', { method: 'POST', body: EVENT }, 200, 'application/json'],
    ['counted, answered without words', '/loki/api/v1/push', { method: 'POST', body: '{"streams":[]}' }, 204, null],
    ['a refused body', '/v1/ingest?nope=1', { method: 'POST', body: EVENT }, 422, 'application/json'],
    ['refused by a dialect', '/firehose', { method: 'POST', body: '{}', headers: JSON_TYPE }, 400, 'application/json'],
    [
      'refused by the gate',
      '/v1/ingest',
      { method: 'POST', body: EVENT, headers: { origin: 'http://evil.example' } },
      403,
      'application/json',
    ],
    ['a question to a dialect', '/services/collector/health', {}, 200, 'application/json'],
    ['the same, for its head', '/services/collector/health', { method: 'HEAD' }, 200, 'application/json'],
    ['health', '/healthz', {}, 200, 'application/json'],
    ['nothing there', '/nothing/there', {}, 404, 'application/json'],
    ['an address that cannot be decoded', '/v1/ingest/%zz', {}, 400, 'application/json'],
    [
      'GraphQL',
      '/graphql',
      { method: 'POST', body: '{"query":"{ __typename }"}', headers: JSON_TYPE },
      200,
      'application/json',
    ],
  ])('%s', async (_what, path, init, status, type) => {
    const headers = { ...init.headers, 'x-request-id': 'mine-1' }
    const reply = await fetch(server.url + path, { ...init, headers })
    expect(reply.status).toBe(status)
    expect(reply.headers.get('content-type')?.split(';')[0] ?? null).toBe(type)
    expect(Object.fromEntries(reply.headers)).toMatchObject({
      'x-request-id': 'mine-1',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'cross-origin-resource-policy': 'same-origin',
      'cache-control': 'no-store',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    })
    if (status !== 204) expect(reply.headers.get('content-length')).toMatch(/^\d+$/)
  })
})
