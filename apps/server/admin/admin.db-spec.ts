import { testDatabase, type TestDatabase } from '#testing'
import { startServerUnderTest, type ServerUnderTest } from '../testing/server-under-test.js'

let database: TestDatabase
let server: ServerUnderTest

beforeAll(async () => {
  database = await testDatabase()
  server = await startServerUnderTest({
    DATABASE_URL: database.url,
    STATUSLINE_RETENTION_QUARANTINE_PER_SOURCE: '3',
  })
})

afterAll(async () => {
  await server.stop()
  await database.drop()
})

async function ask(method: string, path: string, body?: object): Promise<string> {
  const json = { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
  const reply = await fetch(server.url + path, { method, ...(body === undefined ? {} : json) })
  return `${reply.status} ${await reply.text()}`
}

const shown = async (): Promise<string> => await ask('GET', '/v1/rejects?source=edge')

describe('rejected records', () => {
  beforeAll(async () => {
    for (const source of ['edge', 'other']) {
      const old = Array.from({ length: 5 }, (_, index) => `{"status":200,"ts":${1.7e12 + index}}`).join('\n')
      const reply = await fetch(`${server.url}/v1/ingest/${source}`, { method: 'POST', body: old })
      expect(await reply.json()).toMatchObject({ rejected: 5 })
    }
  })

  it('past the share of the day are counted as not kept', async () => {
    expect(await ask('GET', '/metrics?scope=self')).toContain('statusline_quarantine_dropped_total 4\n')
    expect((JSON.parse((await shown()).slice(4)) as { rejects: object[] }).rejects).toHaveLength(3)
  })

  it('are not replayed by a request that says anything unknown, and else only those that it asks for', async () => {
    const before = await shown()
    for (const [query, body] of [
      ['', { sources: 'other' }],
      ['?sources=other', undefined],
      ['?reason=nope', {}],
      ['?source=other', { source: 'edge' }],
    ] as const)
      expect(await ask('POST', `/v1/rejects/replay${query}`, body)).toMatch(/^422 .*"bad_argument"/)
    expect(await ask('POST', '/v1/rejects/replay', { source: 'other', reason: 'too_old' })).toMatch(
      /^200 \{"accepted":3,"rejected":0,"duplicate":0\}/,
    )
    expect(await shown()).toBe(before)
  })

  it('are listed only for what is known', async () => {
    expect(await ask('GET', '/v1/rejects?sources=edge')).toMatch(/^422 .*source, reason, first, after/)
    expect(await ask('GET', '/v1/rejects?reason=nope')).toMatch(/^422 .*too_old/)
  })
})

describe('keys', () => {
  it.each<[string, string, object | undefined]>([
    ['GET', '/v1/keys?revoked=1', undefined],
    ['POST', '/v1/keys?source=edge', { name: 'k', scopes: ['admin'] }],
    ['POST', '/v1/keys', { name: 'k', scopes: ['admin'], sources: 'edge' }],
    ['POST', '/v1/keys', { name: 'k', scopes: ['admin'], source: 'edge' }],
    ['DELETE', '/v1/keys/1?all=1', undefined],
    ['DELETE', '/v1/keys/1', { all: true }],
  ])('%s %s with %j is refused', async (method, path, body) => {
    expect(await ask(method, path, body)).toMatch(/^422 .*"bad_argument"/)
    expect(await ask('GET', '/v1/keys')).toBe('200 {"keys":[]}')
  })
})
