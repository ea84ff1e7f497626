import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib'
import { ServerProcess, pollUntil } from '#testing'

interface Reply {
  readonly accepted: number
  readonly duplicate: number
  readonly rejected: number
}

let server: ServerProcess

beforeAll(async () => {
  server = await ServerProcess.start()
})
afterAll(() => server.remove())

const at = new Date(Date.now() - 5_000)
const event = (n: number) => ({ ts: at.toISOString(), service: 'pay', path: '/x', status: 200, request_id: `r${n}` })
const texts = [1, 2, 3, 4].map((n) => JSON.stringify(event(n)))
const clock = `${String(at.getUTCDate()).padStart(2, '0')}/${at.toLocaleString('en', { month: 'short', timeZone: 'UTC' })}/${at.getUTCFullYear()}:${at.toISOString().slice(11, 19)} +0000`
const line = `192.0.2.1 - - [${clock}] "GET /x HTTP/1.1" 200 5 "-" "t" host=pay\n`

const BODIES: readonly (readonly [shape: string, body: string, events: number])[] = [
  ['NDJSON', texts.join('\n'), 4],
  ['an array', `[${texts.join(',')}]`, 4],
  ['one object', JSON.stringify(event(9)), 1],
  ['concatenated objects', texts.join(''), 4],
  ['a wrapper', `{"events":[${texts.join(',')}]}`, 4],
  ['text lines', line.repeat(4), 4],
]

const ENCODINGS: readonly (readonly [name: string, encode: (body: string) => Uint8Array])[] = [
  ['identity', (body) => Buffer.from(body)],
  ['gzip', (body) => gzipSync(body)],
  ['deflate', (body) => deflateSync(body)],
  ['br', (body) => brotliCompressSync(body)],
  ['zstd', (body) => zstdCompressSync(body)],
]

let expected = 0

const count = async (): Promise<number> => {
  const { breakdown } = await server.graphql<{ breakdown: { total: { count: number } } }>(
    '{ breakdown(range: { last: "1h" }, by: [CODE], filter: { service: ["pay"] }) { total { count } } }',
  )
  return breakdown.total.count
}

const send = (key: string, body: Uint8Array, encoding: string) =>
  server.json<Reply>('/v1/ingest/shapes', body, {
    'idempotency-key': key,
    ...(encoding === 'identity' ? {} : { 'content-encoding': encoding }),
  })

describe.each(BODIES)('a body that is %s', (shape, body, events) => {
  it.each(ENCODINGS)('is taken as %s, and once', async (name, encode) => {
    const key = `${shape} ${name}`
    expect(await send(key, encode(body), name)).toMatchObject({ accepted: events, duplicate: 0, rejected: 0 })
    expect(await send(key, encode(body), name)).toMatchObject({ accepted: 0, duplicate: events, rejected: 0 })
    expected += events
  })
})

const totalIn = (metrics: string): number =>
  metrics
    .split('\n')
    .filter((row) => row.startsWith('gateway_http_requests_total{') && row.includes('service="pay"'))
    .reduce((sum, row) => sum + Number(row.slice(row.lastIndexOf(' ') + 1)), 0)

it('tells the same sum by breakdown and metrics, before and after a restart', async () => {
  await pollUntil(async () => (await count()) >= expected, { deadlineMs: 60_000, what: 'all to be counted' })
  expect(await count()).toBe(expected)
  await pollUntil(async () => totalIn(await server.text('/metrics')) >= expected, {
    deadlineMs: 60_000,
    what: 'the metrics to follow',
  })
  expect(totalIn(await server.text('/metrics'))).toBe(expected)
  expect(await server.end('SIGTERM')).toBe(0)
  await server.start()
  expect(await count()).toBe(expected)
  expect(totalIn(await server.text('/metrics'))).toBe(expected)
  const [shape, body, events] = BODIES[0]!
  expect(await send(`${shape} gzip`, gzipSync(body), 'gzip')).toMatchObject({ accepted: 0, duplicate: events })
})
