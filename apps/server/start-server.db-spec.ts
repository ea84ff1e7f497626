import { testDatabase, type TestDatabase } from '#testing'
import { pollUntil } from '#testing'
import { startServerUnderTest, type ServerUnderTest } from './server-under-test.js'

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

const lines = (count: number): string =>
  Array.from({ length: count }, (_, index) =>
    JSON.stringify({
      ts: Date.now() - index,
      status: index % 2 === 0 ? 200 : 503,
      service: 'shop',
      path: `/a/${index}`,
    }),
  ).join('\n')

describe('a server', () => {
  it('counts a batch once, however often it is sent, and shows it within two seconds', async () => {
    const body = lines(10)
    const send = async (): Promise<unknown> =>
      (await fetch(`${server.url}/v1/ingest/edge`, { method: 'POST', body })).json()
    expect(await send()).toEqual({ accepted: 10, duplicate: 0, rejected: 0, errors: [] })
    expect(await send()).toEqual({ accepted: 0, duplicate: 10, rejected: 0, errors: [] })
    await pollUntil(
      async () => {
        const metrics = await (await fetch(`${server.url}/metrics?scope=traffic`)).text()
        return /service="shop",class="server_error",code="503",outcome="server_error"} 5\n/.test(metrics)
      },
      { deadlineMs: 20_000, what: 'the counts in /metrics' },
    )
  })
})
