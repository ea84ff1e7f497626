import { testDatabase, type TestDatabase } from '#testing'
import { codeOf, sendRaw, startServerUnderTest, type ServerUnderTest } from '../testing/server-under-test.js'
import { raw } from './testing/hostile-request.js'

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

/** What a page may try: everything that a browser sends without asking first, and what it sends after. */
const TRIES: readonly (readonly [string, string])[] = [
  ['read the front page', 'GET / HTTP/1.1'],
  ['read the health', 'GET /healthz HTTP/1.1'],
  ['read the metrics', 'GET /metrics HTTP/1.1'],
  ['read counts', 'GET /v1/breakdown?by=service&last=1h HTTP/1.1'],
  ['read the quarantine', 'GET /v1/rejects HTTP/1.1'],
  ['read the keys', 'GET /v1/keys HTTP/1.1'],
  ['ask the explorer', 'GET /graphiql HTTP/1.1'],
  ['write with a form', 'POST /v1/ingest HTTP/1.1\nContent-Type: application/x-www-form-urlencoded'],
  ['write with text', 'POST /v1/ingest HTTP/1.1\nContent-Type: text/plain'],
  ['write to the root', 'POST / HTTP/1.1\nContent-Type: multipart/form-data; boundary=x'],
  ['write with PUT', 'PUT /v1/ingest HTTP/1.1'],
  ['make a key', 'POST /v1/keys HTTP/1.1\nContent-Type: text/plain'],
  ['replay the quarantine', 'POST /v1/rejects/replay HTTP/1.1'],
  ['ask GraphQL with text', 'POST /graphql HTTP/1.1\nContent-Type: text/plain'],
  ['ask GraphQL with JSON', 'POST /graphql HTTP/1.1\nContent-Type: application/json'],
  ['ask GraphQL by address', 'GET /graphql?query={sources{name}} HTTP/1.1'],
  [
    'open a WebSocket',
    'GET /graphql HTTP/1.1\nConnection: Upgrade\nUpgrade: websocket\nSec-WebSocket-Version: 13\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
  ],
  ['ask whether it may', 'OPTIONS /v1/ingest HTTP/1.1\nAccess-Control-Request-Method: POST'],
  ['look for other addresses', 'GET /nothing HTTP/1.1'],
]

/** By what a browser gives the page away. */
const PAGES: readonly (readonly [string, string, string])[] = [
  ['a page elsewhere', 'Host: localhost:PORT\nOrigin: https://evil.example', 'foreign_origin'],
  ['a page under a rebound name', 'Host: evil.example:PORT\nOrigin: http://evil.example:PORT', 'foreign_host'],
  ['a page under a rebound name, reading', 'Host: evil.example:PORT', 'foreign_host'],
  ['a page on another port', 'Host: localhost:PORT\nOrigin: http://localhost:3000', 'foreign_origin'],
  ['a sandboxed frame', 'Host: localhost:PORT\nOrigin: null', 'foreign_origin'],
  ['an image or a form elsewhere', 'Host: localhost:PORT\nSec-Fetch-Site: cross-site', 'foreign_origin'],
  ['a link elsewhere', 'Host: localhost:PORT\nSec-Fetch-Site: cross-site\nSec-Fetch-Mode: navigate', 'foreign_origin'],
]

const TABLE = PAGES.flatMap(([page, fields, code]) => TRIES.map(([deed, line]) => ({ page, fields, code, deed, line })))

describe('a web page on another origin reaches nothing', () => {
  it.each(TABLE)('$page cannot $deed', async ({ fields, code, line }) => {
    const body = '{"status":500}'
    const text = `${line}\n${fields.replaceAll('PORT', String(server.port))}\nContent-Length: ${body.length}\n\n`
    const reply = await sendRaw(server.port, Buffer.concat([raw(text)(), Buffer.from(body)]))
    expect({ status: reply.status, code: codeOf(reply) }).toEqual({ status: 403, code })
    expect(reply.headers).not.toHaveProperty('access-control-allow-origin')
  })

  it('while our own page and programs reach everything', async () => {
    const own = await sendRaw(
      server.port,
      raw(
        `GET /metrics HTTP/1.1\nHost: localhost:${server.port}\nOrigin: ${server.url.replace('127.0.0.1', 'localhost')}\n\n`,
      )(),
    )
    expect(own.status).toBe(200)
    const program = await fetch(`${server.url}/v1/ingest`, { method: 'POST', body: '{"status":500}' })
    expect(await program.json()).toMatchObject({ accepted: 1 })
  })

  it('and nothing of it was counted', async () => {
    const { received } = (
      (await (await fetch(`${server.url}/v1/sources`)).json()) as { ledger: { received: number } }[]
    ).reduce((sum, { ledger }) => ({ received: sum.received + ledger.received }), { received: 0 })
    expect(received).toBeLessThanOrEqual(1)
  })
})
