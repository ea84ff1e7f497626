import { testDatabase, type TestDatabase } from '#testing'
import { codeOf, sendRaw, startServerUnderTest, type ServerUnderTest } from '../testing/server-under-test.js'
import { bodyTable } from './testing/body-table.js'
import { head, type HostileRequest } from './testing/hostile-request.js'
import { httpTable } from './testing/http-table.js'
import { recordTable } from './testing/record-table.js'

const TABLE = [...httpTable, ...bodyTable, ...recordTable]
const MIB = 1024 * 1024

let database: TestDatabase
let server: ServerUnderTest

beforeAll(async () => {
  database = await testDatabase()
  server = await startServerUnderTest({
    DATABASE_URL: database.url,
    STATUSLINE_LIMITS_SLOW_BODY_MS: '1000',
    STATUSLINE_LIMITS_BODY_BYTES: '8000000',
    STATUSLINE_LIMITS_DECODED_BYTES: '110000000',
  })
})

afterAll(async () => {
  await server.stop()
  await database.drop()
})

async function play({ bytes, send, reply }: HostileRequest): Promise<void> {
  const got = await sendRaw(server.port, bytes(), send === undefined ? {} : { send })
  const [status, expected] = reply
  const answer = typeof expected === 'string' ? codeOf(got) : (JSON.parse(got.body || '{}') as object)
  expect({ status: got.status, answer }).toEqual({ status, answer: expected })
  expect(got.headers['x-request-id'] ?? '').toMatch(got.status === 417 ? /^$/ : /^[\w.:-]+$/)
}

describe('hostile requests', () => {
  it('are at least sixty', () => {
    expect(TABLE.length).toBeGreaterThanOrEqual(60)
  })

  it.each(TABLE.map((request) => [request.says, request] as const))('%s', async (_says, request) => {
    await play(request)
  })

  it('leave the server answering, its memory flat and its log quiet', async () => {
    const slow = /slow|trickle|never ends|brotli|zstd|label|stands still/
    const quick = TABLE.filter(({ says, reply: [status] }) => status !== 408 && !slow.test(says))
    for (const request of quick) await sendAgain(request)
    const beforeBytes = process.memoryUsage().rss
    for (const request of quick) await sendAgain(request)
    const grownMib = (process.memoryUsage().rss - beforeBytes) / MIB
    expect(grownMib).toBeLessThan(96)
    const ready = await sendRaw(server.port, head('GET /readyz HTTP/1.1')())
    expect(ready).toMatchObject({ status: 200, body: '{"status":"ready"}' })
    expect(server.logLines.filter((line) => /"level":"(error|fatal)"/.test(line))).toEqual([])
  })
})

async function sendAgain({ bytes, send }: HostileRequest): Promise<void> {
  await sendRaw(server.port, bytes(), send === undefined ? {} : { send })
}
