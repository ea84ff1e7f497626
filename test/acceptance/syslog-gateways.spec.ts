import { freePort, pollUntil, ServerProcess, statusline } from '#testing'
import { Caddy } from './caddy.js'
import { Haproxy, PATHS } from './haproxy.js'
import { LOCATIONS, Nginx } from './nginx.js'
import { sourceCounts } from './source-counts.js'

let server: ServerProcess
let port: number

beforeAll(async () => {
  port = await freePort()
  server = await ServerProcess.start({ SYSLOG_PORT: String(port) })
})
afterAll(() => server.remove())

type Counts = Readonly<Record<string, number>>

/** What every gateway before has sent, by service and code. */
let sent: Counts = {}
const total = (counts: Counts): number => Object.values(counts).reduce((sum, count) => sum + count, 0)

/** The server has counted what was sent until now, and nothing else. */
async function expectCounted(counts: Counts): Promise<void> {
  sent = { ...sent, ...counts }
  const told = await sourceCounts(server, 'syslog', total(sent))
  expect(told).toEqual({ counts: sent, accepted: total(sent), rejected: 0 })
}

/** Messages of the syslog door so far. */
async function received(): Promise<number> {
  const found = /^statusline_ingest_requests_total\{door="syslog",reason="accepted"\} (\d+)$/m
  return Number(found.exec(await server.text('/metrics'))?.[1] ?? 0)
}

/** Sends requests in groups, and waits for the lines of a group before the next: what is lost must not be lost on the way there. */
async function inGroups(count: number, send: (i: number) => Promise<void>): Promise<void> {
  const size = 50
  for (let from = 0; from < count; from += size) {
    const before = await received()
    const numbers = Array.from({ length: Math.min(size, count - from) }, (_, i) => from + i)
    await Promise.all(numbers.map(send))
    await pollUntil(async () => (await received()) >= before + numbers.length, {
      deadlineMs: 30_000,
      what: `${numbers.length} lines, of which ${await dropped()} were dropped by the system`,
    })
  }
}

const dropped = async (): Promise<string> =>
  /^statusline_udp_dropped_total\S* (\d+)$/m.exec(await server.text('/metrics'))?.[1] ?? 'an unknown number'

const byCode = (service: string, codes: Counts): Counts =>
  Object.fromEntries(Object.entries(codes).map(([code, count]) => [`${service} ${code}`, count]))

it('counts what nginx sends over UDP', async () => {
  const nginx = await Nginx.start(`syslog:server=127.0.0.1:${port},tag=nginx`)
  const statuses = [200, 200, 200, 301, 404, 429, 502, 504] as const
  try {
    await inGroups(400, async (i) => {
      const status = statuses[i % statuses.length] ?? 200
      await nginx.get(`${LOCATIONS[status]}/${i}?q=secret`)
    })
    await expectCounted(byCode('127.0.0.1', nginx.seen))
  } finally {
    await nginx.stop()
  }
})

it('counts what HAProxy sends over UDP, in both of its formats, and over TCP, in both framings', async () => {
  const ring = (name: string, framing: string) => `ring ${name}
  format rfc5424
  maxlen 1200
  size 262144
  timeout connect 5s
  timeout server 10s
  server statusline 127.0.0.1:${port} log-proto ${framing}`
  const logs = {
    plain: { log: `127.0.0.1:${port} local0` },
    modern: { log: `127.0.0.1:${port} format rfc5424 local0` },
    lines: { log: 'ring@lines format rfc5424 local0', rings: ring('lines', 'legacy') },
    counted: { log: 'ring@counted format rfc5424 local0', rings: ring('counted', 'octet-count') },
  }
  const haproxy = await Haproxy.start(logs)
  const paths = Object.entries(PATHS)
  const counts: Record<string, number> = {}
  try {
    for (const name of Object.keys(logs) as (keyof typeof logs)[])
      await inGroups(60, async (i) => {
        const [status = '', path = ''] = paths[i % paths.length] ?? []
        expect(await haproxy.get(name, `${path}/${i}`)).toBe(Number(status))
        // What the frontend answers itself names no backend but the frontend.
        const service = status === '503' ? `${name}-dead` : status === '504' ? `${name}-late` : name
        counts[`${service} ${status}`] = (counts[`${service} ${status}`] ?? 0) + 1
      })
    await expectCounted(counts)
  } finally {
    await haproxy.stop()
  }
})

it('counts what Caddy sends over TCP as JSON lines, and what it writes to a file that is shipped', async () => {
  const caddy = await Caddy.start(port)
  const codes = [200, 200, 404, 429, 503] as const
  const following = statusline(server.url, ['ship', '--follow', '--source', 'caddy', caddy.accessLog])
  try {
    // The first of the file said that Caddy is there.
    const written: Record<string, number> = { 200: 1 }
    const pushed: Record<string, number> = {}
    await inGroups(100, async (i) => {
      const code = codes[i % codes.length] as number
      for (const to of ['file', 'net'] as const) expect(await caddy.get(to, `/${code}`)).toBe(code)
      for (const counts of [written, pushed]) counts[code] = (counts[code] ?? 0) + 1
    })
    const { counts, accepted } = await sourceCounts(server, 'caddy', total(written))
    expect(accepted).toBe(total(written))
    expect(sumByCode(counts)).toEqual(written)
    const all = await sourceCounts(server, 'syslog', total(sent) + total(pushed))
    const own = Object.fromEntries(Object.entries(all.counts).filter(([key]) => !(key in sent)))
    expect(sumByCode(own)).toEqual(pushed)
    expect(all.accepted).toBe(total(sent) + total(pushed))
  } finally {
    following.kill('SIGTERM')
    await following.done
    await caddy.stop()
  }
})

function sumByCode(counts: Counts): Record<string, number> {
  const sums: Record<string, number> = {}
  for (const [key, count] of Object.entries(counts)) {
    const code = key.split(' ').at(-1) ?? ''
    sums[code] = (sums[code] ?? 0) + count
  }
  return sums
}
