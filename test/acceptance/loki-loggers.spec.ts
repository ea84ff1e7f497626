import { pinoLoki } from 'pino-loki'
import { createLogger, format } from 'winston'
import LokiTransport from 'winston-loki'
import { pollUntil } from '#testing'
import { FlakyServer } from './flaky-server.js'

const door = new FlakyServer()

const answered = (requests: number) =>
  pollUntil(() => door.proxy.passed.length >= requests, { deadlineMs: 30_000, what: `${requests} requests` })

const headers = (source: string) => ({ 'X-Scope-OrgID': source })

/** What pino-http logs when a request is done. */
const line = (statusCode: number, i: number): string =>
  `${JSON.stringify({
    level: 30,
    time: Date.now(),
    hostname: 'node-1',
    req: { id: i, method: 'GET', url: `/orders/${i}` },
    res: { statusCode },
    responseTime: 3,
    msg: 'request completed',
  })}\n`

describe('pino-loki', () => {
  const basicAuth = { username: 'any', password: door.key }

  it('counts what pino-http logs, and a push whose reply was lost once', async () => {
    door.proxy.plan('lose')
    const labels = { app: 'pay' }
    const stream = pinoLoki({ host: door.proxy.url, labels, basicAuth, headers: headers('pino'), silenceErrors: true })
    for (let i = 0; i < 20; i++) stream.write(line(i % 5 === 0 ? 503 : 200, i))
    stream.write(`${JSON.stringify({ level: 30, time: Date.now(), msg: 'listening' })}\n`)
    stream.end()
    await answered(1)
    expect(await door.counts('pino', 20)).toEqual({
      counts: { 'pay 200': 16, 'pay 503': 4 },
      accepted: 20,
      rejected: 1,
    })
  })

  it('does not try again what was refused, and goes on', async () => {
    door.proxy.plan('refuse')
    const sending = {
      host: door.proxy.url,
      labels: { app: 'pay' },
      basicAuth,
      silenceErrors: true,
      batching: false as const,
    }
    const stream = pinoLoki({ ...sending, headers: headers('pino-single') })
    stream.write(line(200, 1))
    await answered(1)
    stream.end(line(429, 2))
    await answered(2)
    expect(door.proxy.fates).toEqual(['refuse', 204])
    expect((await door.counts('pino-single', 1)).counts).toEqual({ 'pay 429': 1 })
  })

  it('is told that its key is wrong', async () => {
    const sending = { host: door.proxy.url, headers: headers('pino-wrong'), silenceErrors: true }
    const stream = pinoLoki({ ...sending, basicAuth: { username: 'any', password: 'wrong' } })
    stream.end(line(200, 1))
    await answered(1)
    expect(door.proxy.fates).toEqual([401])
  })
})

describe.each([
  ['snappy', false],
  ['json', true],
])('winston-loki as %s', (name, json) => {
  /** A logger that pushes after the interval; after an error, a minute later or at its end. */
  function logger(
    source: string,
    options: { readonly format?: ReturnType<typeof format.json>; readonly key?: string },
  ) {
    const errors: unknown[] = []
    const transport = new LokiTransport({
      host: door.proxy.url,
      json,
      labels: { app: 'pay' },
      headers: { 'X-Scope-OrgID': source },
      basicAuth: `any:${options.key ?? door.key}`,
      interval: 0.1,
      gracefulShutdown: false,
      onConnectionError: (error) => errors.push(error),
      ...(options.format && { format: options.format }),
    })
    return { errors, log: createLogger({ transports: [transport] }) }
  }

  it('counts what is pushed again among new lines once, after a refusal and after a lost reply', async () => {
    for (const mishap of ['refuse', 'lose'] as const) {
      const source = `winston-${name}-${mishap}`
      const before = door.proxy.passed.length
      door.proxy.plan(mishap)
      const { log, errors } = logger(source, { format: format.json() })
      for (let i = 0; i < 20; i++) log.info('done', { method: 'GET', path: `/a/${i}`, status: i % 5 === 0 ? 502 : 200 })
      await pollUntil(() => errors.length > 0, { deadlineMs: 30_000, what: 'the first push to fail' })
      for (let i = 0; i < 5; i++) log.info('done', { method: 'GET', path: '/b', status: 404 })
      log.info('nothing to count')
      log.end()
      await answered(before + 2)
      expect(door.proxy.fates.slice(before)).toEqual([mishap, 204])
      expect(await door.counts(source, 25)).toEqual({
        counts: { 'pay 200': 16, 'pay 404': 5, 'pay 502': 4 },
        accepted: 25,
        rejected: 1,
      })
    }
  })

  it('counts the lines of its own format, words with an object behind them', async () => {
    const source = `winston-${name}-words`
    const { log } = logger(source, {})
    for (const status of [200, 200, 500]) log.info('GET /a', { status, method: 'GET', path: '/a' })
    log.end()
    expect((await door.counts(source, 3)).counts).toEqual({ 'pay 200': 2, 'pay 500': 1 })
  })

  it('is told that its key is wrong', async () => {
    const { log, errors } = logger(`winston-${name}-wrong`, { key: 'wrong' })
    log.info('done', { status: 200 })
    await pollUntil(() => errors.length > 0, { deadlineMs: 30_000, what: 'the push to fail' })
    expect(String(errors[0])).toBe(
      'Error: Server returned HTTP 401: send an API key: Authorization: Bearer KEY, X-API-Key, or as Basic password',
    )
    log.end()
    await answered(2)
    expect(new Set(door.proxy.fates)).toEqual(new Set([401]))
  })
})
