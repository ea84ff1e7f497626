import { spawn } from 'node:child_process'
import { FlakyServer } from './flaky-server.js'
import type { SenderOrder, SentRecord } from './opentelemetry-sender.js'

const SENDER = new URL('./opentelemetry-sender.ts', import.meta.url).pathname
const door = new FlakyServer()
const BATCH = 100
const RECORDS = 250
const STATUSES = [200, 200, 200, 404, 502] as const

async function send(order: Pick<SenderOrder, 'type' | 'gzip' | 'headers' | 'records'>): Promise<void> {
  const sender = spawn(process.execPath, ['--no-warnings', SENDER], { stdio: ['pipe', 'inherit', 'inherit'] })
  sender.stdin.end(JSON.stringify({ batch: BATCH, url: `${door.proxy.url}/v1/logs`, ...order }))
  const code = await new Promise((resolve) => sender.once('exit', resolve))
  expect(code).toBe(0)
}

const statusOf = (i: number): number => STATUSES[i % STATUSES.length] as number
const isPoison = (i: number): boolean => i === RECORDS / 2

/** A line, attributes of new or old names, or an object; one in the middle says nothing. */
function record(i: number): SentRecord {
  const status = statusOf(i)
  if (isPoison(i)) return { body: 'cache warmed up' }
  switch (i % 4) {
    case 0:
      return { body: `192.0.2.1 - - [${clfNow()}] "GET /a/${i} HTTP/1.1" ${status} 5 "-" "-"` }
    case 1:
      return { attributes: { 'http.request.method': 'GET', 'http.response.status_code': status, 'http.route': '/b' } }
    case 2:
      return { attributes: { 'http.method': 'GET', 'http.status_code': status, 'http.target': '/c' } }
    default:
      return { body: { status, method: 'GET', path: '/d' } }
  }
}

function clfNow(): string {
  const [, day, month, year, clock] = /, (\d\d) (\w{3}) (\d{4}) ([\d:]{8})/.exec(new Date().toUTCString()) ?? []
  return `${day}/${month}/${year}:${clock} +0000`
}

const NUMBERS = Array.from({ length: RECORDS }, (_, i) => i)
const EXPECTED = NUMBERS.filter((i) => !isPoison(i)).reduce<Record<string, number>>((counts, i) => {
  const key = `pay ${statusOf(i)}`
  return { ...counts, [key]: (counts[key] ?? 0) + 1 }
}, {})

it.each([
  ['json', false],
  ['json', true],
  ['protobuf', false],
  ['protobuf', true],
] as const)(
  'counts every record of the OpenTelemetry SDK once, as %s (gzip: %p), through a refusal and a lost reply',
  async (type, gzip) => {
    const source = `otel-${type}${gzip ? '-gzip' : ''}`
    const headers = { authorization: `Bearer ${door.key}`, 'x-scope-orgid': source }
    door.proxy.plan('refuse', 'lose')
    await send({ type, gzip, headers, records: NUMBERS.map(record) })
    const told = await door.counts(source, RECORDS - 1)
    expect(told).toEqual({ counts: EXPECTED, accepted: RECORDS - 1, rejected: 1 })
    expect(door.proxy.fates).toEqual(['refuse', 'lose', 200, 200, 200])
    for (const { headers: sent } of door.proxy.passed)
      expect([sent['content-type'], sent['content-encoding']]).toEqual([
        type === 'json' ? 'application/json' : 'application/x-protobuf',
        gzip ? 'gzip' : undefined,
      ])
  },
)

it('is given up at once by an exporter with a wrong key', async () => {
  const headers = { authorization: 'Bearer wrong' }
  await send({ type: 'protobuf', gzip: false, headers, records: [{ attributes: { 'http.status_code': 200 } }] })
  expect(door.proxy.passed.map(({ status }) => status)).toEqual([401])
})
