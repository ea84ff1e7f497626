import { readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { encode } from '@msgpack/msgpack'
import { startEmbeddedPostgres, type EmbeddedPostgres } from '#platform'
import { freePort, pollUntil, ServerProcess } from '#testing'
import { sourceCounts } from './source-counts.js'

// A database that neither answers nor hangs up: its processes are stopped, as a hypervisor or a full disk array does it.

/** docs/http-api.md promises 5 s, and 2 s more for a source that is new; the rest is for two busy cores. */
const ANSWERED_WITHIN_MS = 9_000

let folder: string
let postgres: EmbeddedPostgres
let server: ServerProcess
let forwardPort: number

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'statusline-frozen-'))
  postgres = await startEmbeddedPostgres({ dataDir: folder })
  forwardPort = await freePort()
  server = await ServerProcess.start({
    DATABASE_URL: postgres.url,
    STATUSLINE_SOCKETS_FORWARD_PORT: String(forwardPort),
  })
})
afterAll(async () => {
  signal('SIGCONT')
  await server.remove()
  await postgres.stop()
  await rm(folder, { recursive: true })
})

function parentOf(pid: string): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
  } catch {
    return 0
  }
}

/** To all processes of the database. */
function signal(name: NodeJS.Signals): void {
  const children = readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && parentOf(pid) === postgres.pid)
  for (const pid of [postgres.pid, ...children.map(Number)]) process.kill(pid, name)
}

const event = (n: number) =>
  JSON.stringify({ ts: Date.now(), service: 'pay', status: n % 3 === 0 ? 502 : 200, request_id: `r${n}` })
const NDJSON = { 'content-type': 'application/x-ndjson' }
const JSON_TYPE = { 'content-type': 'application/json' }

/** One batch of a single event, by the door of its number. */
const REQUESTS: readonly ((n: number) => readonly [string, Record<string, string>, string])[] = [
  (n) => ['/v1/ingest/known', { 'idempotency-key': `k${n}` }, event(n)],
  (n) => ['/known/_bulk', NDJSON, `{"create":{"_id":"i${n}"}}\n${event(n)}\n`],
  (n) => [
    '/loki/api/v1/push',
    { ...JSON_TYPE, 'x-statusline-source': 'known' },
    JSON.stringify({ streams: [{ stream: { app: 'pay' }, values: [[`${Date.now()}${100_000 + n}`, event(n)]] }] }),
  ],
  (n) => ['/services/collector/raw?source=known', {}, event(n)],
  (n) => ['/v1/ingest', { 'idempotency-key': `k${n}`, 'x-statusline-source': `new-${n}` }, event(n)],
]

interface Told {
  readonly status: number
  readonly retryAfter: string | null
  readonly ms: number
}

async function send(path: string, headers: Record<string, string>, body: string): Promise<Told> {
  const startedMs = performance.now()
  const signal = AbortSignal.timeout(60_000)
  const reply = await fetch(server.url + path, { method: 'POST', headers, body, signal })
  await reply.arrayBuffer()
  return { status: reply.status, retryAfter: reply.headers.get('retry-after'), ms: performance.now() - startedMs }
}

const CHUNK = encode(['web', [[Math.floor(Date.now() / 1_000), JSON.parse(event(9_001))]], { chunk: 'c1' }])

/** Sends a chunk of the forward protocol; resolves to what came back before the connection ended, and when. */
function sendChunk(): Promise<{ readonly answer: string; readonly ms: number }> {
  const startedMs = performance.now()
  return new Promise((resolve) => {
    const socket = connect(forwardPort, '127.0.0.1', () => socket.write(CHUNK))
    let answer = ''
    socket.on('data', (bytes) => {
      answer += bytes.toString('latin1')
      socket.end()
    })
    socket.on('error', () => undefined)
    socket.on('close', () => resolve({ answer, ms: performance.now() - startedMs }))
  })
}

it('holds no sender up, and has in the end counted every batch once', async () => {
  expect((await send('/v1/ingest/known', {}, event(9_000))).status).toBe(202)
  const batches = Array.from({ length: 40 }, (_, n) => REQUESTS[n % REQUESTS.length]!(n))
  expect((await sendChunk()).answer).not.toBe('')
  signal('SIGSTOP')
  try {
    for (let round = 0; round < 2; round++) {
      const chunk = sendChunk()
      const told = await Promise.all(batches.map((batch) => send(...batch)))
      expect(told.map(({ status, retryAfter }) => `${status} ${retryAfter}`)).toEqual(batches.map(() => '503 1'))
      expect(Math.max(...told.map(({ ms }) => ms))).toBeLessThan(ANSWERED_WITHIN_MS)
      expect((await chunk).answer).toBe('')
      expect((await chunk).ms).toBeLessThan(ANSWERED_WITHIN_MS)
    }
  } finally {
    signal('SIGCONT')
  }
  await Promise.all(
    batches.map((batch) =>
      pollUntil(async () => [200, 202, 204].includes((await send(...batch)).status), {
        deadlineMs: 120_000,
        everyMs: 250,
        what: `${batch[0]} to be taken`,
      }),
    ),
  )
  const { accepted, counts } = await sourceCounts(server, 'known', 1 + 32)
  expect({ accepted, counted: Object.values(counts).reduce((sum, count) => sum + count, 0) }).toEqual({
    accepted: 33,
    counted: 33,
  })
  for (let n = 4; n < 40; n += 5) expect((await sourceCounts(server, `new-${n}`, 1)).accepted).toBe(1)
  await pollUntil(async () => /^statusline_body_bytes 0$/m.test(await server.text('/metrics')), {
    deadlineMs: 60_000,
    what: 'the memory of every batch to be given back',
  })
  expect(server.log).not.toMatch(/could not be counted|request failed/)
})
