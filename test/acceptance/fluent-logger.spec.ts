import { FluentClient } from '@fluent-org/logger'
import { freePort, pollUntil, ServerProcess } from '#testing'
import { sourceCounts } from './source-counts.js'

const SHARED_KEY = 'fluent-logger-shared-key'
const STATUSES = [200, 200, 200, 404, 502] as const

let server: ServerProcess
let port: number

beforeAll(async () => {
  port = await freePort()
  server = await ServerProcess.start({
    STATUSLINE_SOCKETS_FORWARD_PORT: String(port),
    STATUSLINE_SOCKETS_FORWARD_SHARED_KEY: SHARED_KEY,
    // The client gives what it sends again new chunk ids: only the ids of its requests tell.
    STATUSLINE_SOURCES: '{"forward":{"eventIds":"request_id"}}',
  })
})
afterAll(() => server.remove())

const MODES = ['Message', 'Forward', 'PackedForward', 'CompressedPackedForward'] as const

const client = (eventMode: (typeof MODES)[number], sharedKey = SHARED_KEY) =>
  new FluentClient('web', {
    eventMode,
    socket: { host: '127.0.0.1', port, timeout: 5_000, reconnect: { backoff: 1.2, delay: 50, maxDelay: 500 } },
    security: { clientHostname: 'test', sharedKey },
    ack: { ackTimeout: 2_000 },
    eventRetry: { attempts: 100, backoff: 1.2, delay: 50, maxDelay: 500 },
    milliseconds: true,
    flushInterval: 20,
  })

/** What a program logs for a request. */
const record = (service: string, i: number) => ({
  service,
  method: 'GET',
  path: `/orders/${i}`,
  status: STATUSES[i % STATUSES.length],
  request_id: `${service}-${i}`,
})

const expected = (service: string, count: number): Record<string, number> => ({
  [`${service} 200`]: (count * 3) / 5,
  [`${service} 404`]: count / 5,
  [`${service} 502`]: count / 5,
})

let accepted = 0
let counted: Record<string, number> = {}
/** Everything that was sent until now counts, and nothing else. */
async function expectCounted(service: string, count: number): Promise<void> {
  accepted += count
  counted = { ...counted, ...expected(service, count) }
  expect((await sourceCounts(server, 'forward', accepted)).counts).toEqual(counted)
}

it.each(MODES)('counts what is acknowledged, with the shared key, as %s', async (mode) => {
  const fluent = client(mode)
  const sent = Array.from({ length: 100 }, (_, i) => fluent.emit('access', record(mode.toLowerCase(), i)))
  await Promise.all(sent)
  await expectCounted(mode.toLowerCase(), 100)
  await fluent.disconnect()
})

it.each(['SIGTERM', 'SIGKILL'] as const)('counts every event once through a restart by %s', async (signal) => {
  const service = signal.toLowerCase()
  const fluent = client('PackedForward')
  const sent: Promise<void>[] = []
  const emit = (from: number, to: number): void => {
    for (let i = from; i < to; i++) sent.push(fluent.emit('access', record(service, i)))
  }
  emit(0, 100)
  await Promise.all(sent)
  // Some of these are acknowledged, some under way, some not even sent.
  for (let i = 100; i < 300; i += 20) {
    emit(i, i + 20)
    await new Promise((resolve) => setImmediate(resolve))
  }
  await server.end(signal)
  emit(300, 400)
  await server.start()
  await Promise.all(sent)
  await expectCounted(service, 400)
  await fluent.disconnect()
})

it('lets nobody in with a wrong key', async () => {
  const fluent = client('Message', 'not-the-shared-key')
  fluent.emit('access', record('stranger', 0)).catch(() => undefined)
  await pollUntil(async () => /door="forward",reason="unauthenticated"\} [1-9]/.test(await server.text('/metrics')), {
    deadlineMs: 20_000,
    what: 'the refusal to be counted',
  })
  await fluent.shutdown()
  expect((await sourceCounts(server, 'forward', accepted)).counts).toEqual(counted)
})
