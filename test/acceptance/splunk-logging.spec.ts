import { createRequire } from 'node:module'
import { pollUntil } from '#testing'
import { FlakyServer } from './flaky-server.js'

/** What this test uses of the logger, which has no types. */
interface SplunkLogger {
  error: (error: Error & { readonly code?: number | string }) => void
  send(context: { readonly message: unknown; readonly metadata?: object }): void
  flush(done: (error: Error | null, reply: unknown, body: unknown) => void): void
}
type LoggerClass = new (config: Readonly<Record<string, unknown>>) => SplunkLogger
const { Logger } = createRequire(import.meta.url)('splunk-logging') as { readonly Logger: LoggerClass }

const door = new FlakyServer()

/** A logger that sends when it is flushed, and the errors that it tells. */
function logger(source: string, more: object = {}): { log: SplunkLogger; errors: (number | string | undefined)[] } {
  const url = `${door.proxy.url}/services/collector/event/1.0?source=${source}`
  const log = new Logger({ token: door.key, url, maxBatchCount: 0, maxRetries: 3, ...more })
  const errors: (number | string | undefined)[] = []
  log.error = ({ code }) => errors.push(code)
  return { log, errors }
}

const flushed = (log: SplunkLogger) =>
  new Promise<unknown>((resolve) => log.flush((_error, _reply, body) => resolve(body)))
const request = (status: number, i: number) => ({ method: 'GET', path: `/orders/${i}`, status, service: 'pay' })

it('counts objects and lines, and keeps what is no request in quarantine', async () => {
  const { log, errors } = logger('splunk-js')
  for (let i = 0; i < 20; i++) log.send({ message: request(i % 5 === 0 ? 503 : 200, i), metadata: { host: 'edge-1' } })
  log.send({ message: `192.0.2.1 - - [${new Date().toISOString()}] "GET /a HTTP/1.1" 404 1 "-" "-" host=pay` })
  log.send({ message: JSON.stringify(request(429, 1)) })
  log.send({ message: 'listening on 8080' })
  expect(await flushed(log)).toEqual({ text: 'Success', code: 0 })
  expect(errors).toEqual([])
  expect(await door.counts('splunk-js', 22)).toEqual({
    counts: { 'pay 200': 16, 'pay 503': 4, 'pay 404': 1, 'pay 429': 1 },
    accepted: 22,
    rejected: 1,
  })
})

it('counts a batch whose reply was lost once, by its times to the millisecond', async () => {
  door.proxy.plan('lose', 'lose')
  const { log, errors } = logger('splunk-lost')
  for (let i = 0; i < 20; i++) log.send({ message: request(200, i), metadata: { time: Date.now() - i * 7 } })
  expect(await flushed(log)).toEqual({ text: 'Success', code: 0 })
  expect([door.proxy.fates, errors]).toEqual([['lose', 'lose', 200], []])
  expect(await door.counts('splunk-lost', 20)).toEqual({
    counts: { 'pay 200': 20 },
    accepted: 20,
    rejected: 0,
  })
})

it('loses what was refused, because this logger does not try that again, and goes on', async () => {
  door.proxy.plan('refuse')
  const { log } = logger('splunk-refused')
  log.send({ message: request(502, 1) })
  await flushed(log)
  log.send({ message: request(200, 2) })
  await flushed(log)
  expect(door.proxy.fates).toEqual(['refuse', 200])
  expect((await door.counts('splunk-refused', 1)).counts).toEqual({ 'pay 200': 1 })
})

it('is told in numbers of Splunk that its token is wrong, and that a body is none', async () => {
  const { log, errors } = logger('splunk-wrong', { token: 'wrong' })
  log.send({ message: request(200, 1) })
  expect(await flushed(log)).toMatchObject({ text: 'Invalid token', code: 4 })
  const empty = logger('splunk-empty')
  expect(await flushed(empty.log)).toMatchObject({ text: 'No data', code: 5 })
  await pollUntil(() => errors.length + empty.errors.length === 2, { deadlineMs: 10_000, what: 'both to be told' })
  expect([errors, empty.errors]).toEqual([[4], [5]])
})
