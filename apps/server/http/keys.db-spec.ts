import { testDatabase, type TestDatabase } from '#testing'
import { startServerUnderTest, type ServerUnderTest } from '../testing/server-under-test.js'

const ADMIN_KEY = 'an-admin-key-for-tests-only'

let database: TestDatabase
let server: ServerUnderTest
const keys: Record<string, string> = { admin: ADMIN_KEY, unknown: 'slk_unknown', none: '' }

beforeAll(async () => {
  database = await testDatabase()
  server = await startServerUnderTest({ DATABASE_URL: database.url, STATUSLINE_ADMIN_KEY: ADMIN_KEY })
  for (const [name, scopes, source] of [
    ['ingest', ['ingest'], null],
    ['read', ['read'], null],
    ['bound', ['ingest'], 'edge'],
    ['revoked', ['ingest', 'read'], null],
  ] as const) {
    const made = await ask('POST', '/v1/keys', 'admin', JSON.stringify({ name, scopes, source }))
    keys[name] = ((await made.json()) as { key: string }).key
  }
  const listed = (await (await ask('GET', '/v1/keys', 'admin')).json()) as { keys: { id: number; name: string }[] }
  const revoked = listed.keys.find(({ name }) => name === 'revoked')
  expect((await ask('DELETE', `/v1/keys/${revoked?.id}`, 'admin')).status).toBe(204)
})

afterAll(async () => {
  await server.stop()
  await database.drop()
})

function ask(method: string, path: string, key: string, body?: string, type = 'application/json'): Promise<Response> {
  const token = keys[key] ?? ''
  return fetch(server.url + path, {
    method,
    headers: { 'content-type': type, ...(token === '' ? {} : { authorization: `Bearer ${token}` }) },
    ...(body === undefined ? {} : { body }),
  })
}

const EVENT = '{"status":200}'
const QUESTION = '{"query":"{ __typename }"}'
const BODIES: Record<string, string> = { '/graphql': QUESTION, '/v1/rejects/replay': '{}' }

describe('with keys', () => {
  it.each<[string, string, string, number, string]>([
    ['GET', '/healthz', 'none', 200, 'health is open'],
    ['GET', '/readyz', 'none', 200, 'readiness is open'],
    ['GET', '/', 'none', 200, 'the front page is open'],
    ['GET', '/metrics', 'none', 401, 'metrics need a key'],
    ['GET', '/metrics', 'unknown', 401, 'a known one'],
    ['GET', '/metrics', 'revoked', 401, 'one that was not revoked'],
    ['GET', '/metrics', 'ingest', 403, 'one with the scope read'],
    ['GET', '/metrics', 'read', 200, 'and then answer'],
    ['GET', '/v1/sources', 'none', 401, 'questions need a key'],
    ['GET', '/v1/sources', 'read', 200, 'with the scope read'],
    ['POST', '/graphql', 'none', 401, 'GraphQL as well'],
    ['POST', '/graphql', 'ingest', 403, 'with the scope read'],
    ['POST', '/graphql', 'read', 200, 'and then answers'],
    ['POST', '/v1/ingest', 'none', 401, 'doors need a key'],
    ['POST', '/v1/ingest', 'read', 403, 'with the scope ingest'],
    ['POST', '/v1/ingest', 'ingest', 202, 'and then take'],
    ['PUT', '/v1/ingest', 'ingest', 202, 'with PUT as well'],
    ['POST', '/', 'ingest', 202, 'and at the root'],
    ['POST', '/v1/ingest/other', 'bound', 403, 'a bound key writes to its source only'],
    ['POST', '/v1/ingest/edge', 'bound', 202, 'which it may name'],
    ['POST', '/v1/ingest', 'bound', 202, 'or leave out'],
    ['GET', `/v1/files/${'ab'.repeat(32)}`, 'ingest', 404, 'shippers may ask for their files'],
    ['GET', '/v1/rejects', 'read', 403, 'the quarantine is for administrators'],
    ['GET', '/v1/rejects', 'admin', 200, 'who see it'],
    ['POST', '/v1/rejects/replay', 'ingest', 403, 'its replay as well'],
    ['POST', '/v1/rejects/replay', 'admin', 200, 'who may do it'],
    ['GET', '/v1/keys', 'read', 403, 'keys as well'],
    ['POST', '/v1/keys', 'ingest', 403, 'which nobody else makes'],
    ['DELETE', '/v1/keys/1', 'ingest', 403, 'or revokes'],
    ['DELETE', '/v1/keys/999', 'admin', 404, 'what is not there cannot be revoked'],
    ['GET', '/nothing', 'none', 401, 'addresses of nothing tell nothing'],
    ['GET', '/nothing', 'read', 404, 'but to those who have a key'],
    ['GET', '/nothing', 'ingest', 404, 'whatever its scope'],
    ['DELETE', '/v1/ingest/x', 'none', 401, 'nor do wrong methods'],
    ['DELETE', '/v1/ingest/x', 'unknown', 401, 'to a wrong key'],
  ])('%s %s with the key %s is %i: %s', async (method, path, key, status) => {
    const body = method === 'GET' || method === 'DELETE' ? undefined : (BODIES[path] ?? EVENT)
    const reply = await ask(method, path, key, body)
    expect(reply.status).toBe(status)
    if (status === 401) expect(reply.headers.get('www-authenticate')).toMatch(/^Bearer /)
  })

  it.each([
    ['DELETE', '/v1/ingest/x', 'ingest', 'GET, HEAD, PATCH, POST, PUT'],
    ['DELETE', '/v1/ingest/x', 'read', 'GET, HEAD, PATCH, POST, PUT'],
    ['GET', '/v1/logs', 'ingest', 'POST'],
    ['DELETE', '/v1/keys', 'ingest', 'GET, HEAD, POST'],
  ])('%s %s with the key %s is 405, since no scope would help', async (method, path, key, allow) => {
    const reply = await ask(method, path, key)
    expect([reply.status, reply.headers.get('allow')]).toEqual([405, allow])
  })

  it.each([
    ['POST', '/v1/sources', 405, 'GET, HEAD'],
    ['PUT', '/v1/keys', 405, 'GET, HEAD, POST'],
    ['POST', '/v1/ingest/s3/x', 404, null],
    ['PUT', '/nothing', 404, null],
  ])('%s %s is %i whatever its body is', async (method, path, status, allow) => {
    for (const [type, body] of [
      ['application/json', '{"a":'],
      ['application/json', EVENT],
      ['application/json', '"'.repeat(2 << 20)],
      ['application/x-gzip', '{}'],
      ['text/plain', ''],
    ] as const) {
      const reply = await ask(method, path, 'ingest', body, type)
      expect([type, reply.status, reply.headers.get('allow')]).toEqual([type, status, allow])
    }
  })

  it('serves any Host, since the key and not the name protects', async () => {
    const reply = await fetch(`${server.url}/metrics`, {
      headers: { host: 'stats.example', 'x-api-key': keys['read'] ?? '' },
    })
    expect(reply.status).toBe(200)
  })

  it('takes the key as X-API-Key and as the password of Basic', async () => {
    const basic = `Basic ${Buffer.from(`anyone:${keys['read']}`).toString('base64')}`
    for (const headers of [{ 'x-api-key': keys['read'] ?? '' }, { authorization: basic }])
      expect((await fetch(`${server.url}/metrics`, { headers })).status).toBe(200)
  })

  it('never shows a secret again', async () => {
    const listed = await (await ask('GET', '/v1/keys', 'admin')).text()
    expect(listed).not.toContain('slk_')
    expect(listed).not.toContain('hash')
    expect(server.logLines.join('')).not.toContain('slk_')
  })

  it('counts a bound key under its source', async () => {
    const sources = (await (await ask('GET', '/v1/sources', 'read')).json()) as { name: string }[]
    expect(sources.every(({ name }) => ['default', 'edge'].includes(name))).toBe(true)
  })
})
