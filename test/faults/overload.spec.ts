import { setTimeout as wait } from 'node:timers/promises'
import { pollUntil, ServerProcess, testDatabase } from '#testing'
import { sourceCounts } from '../acceptance/source-counts.js'

const SENDERS = 40
/** Of each sender: at least, and at most until enough were refused. */
const ROUNDS = 3
const MOST_ROUNDS = 100
const REFUSED = 100
const EVENTS = 1_500
/** What takes the server several times as long as its senders. */
const MANY_EVENTS = 5_000

const ndjson = (batch: string, service: (n: number) => string, events = EVENTS): string =>
  Array.from({ length: events }, (_, n) =>
    JSON.stringify({ ts: Date.now(), service: service(n), path: '/orders', status: 200, request_id: `${batch}-${n}` }),
  ).join('\n')

interface Told {
  readonly status: number
  readonly retryAfter: string | null
  readonly code: string | undefined
}

async function send(
  server: ServerProcess,
  source: string,
  body: string | Buffer<ArrayBuffer>,
  key?: string,
): Promise<Told> {
  const headers: Record<string, string> = key === undefined ? {} : { 'idempotency-key': key }
  const reply = await fetch(`${server.url}/v1/ingest/${source}`, { method: 'POST', headers, body })
  const { code } = (await reply.json()) as { code?: string }
  return { status: reply.status, retryAfter: reply.headers.get('retry-after'), code }
}

async function gauge(server: ServerProcess, name: string): Promise<number> {
  const line = new RegExp(`^${name} (\\S+)$`, 'm').exec(await server.text('/metrics?scope=self'))
  return Number(line?.[1])
}

async function countedBy(server: ServerProcess): Promise<number> {
  const { breakdown } = await server.graphql<{ breakdown: { total: { count: number } } }>(
    '{ breakdown(range: { last: "1h" }, by: [CODE]) { total { count } } }',
  )
  return breakdown.total.count
}

describe('more senders than can be answered in time', () => {
  let server: ServerProcess
  beforeAll(async () => {
    // Whatever the machine, answers to all of them take longer than those to six.
    server = await ServerProcess.start({
      STATUSLINE_LIMITS_ANSWER_MS: '1',
      STATUSLINE_LIMITS_CONCURRENT_BODIES: '6',
    })
  })
  afterAll(() => server.remove())

  it('are told to come again before their bodies are read, and counted once in the end', async () => {
    const refused: Told[] = []
    let acknowledged = 0
    let most = 0
    const body = Buffer.from(ndjson('all', () => 'pay', MANY_EVENTS))
    const ship = async (sender: number): Promise<void> => {
      for (let round = 0; round < (refused.length < REFUSED ? MOST_ROUNDS : ROUNDS); round++) {
        for (;;) {
          const told = await send(server, 'edge', body, `${sender}-${round}`)
          if (told.status === 202) break
          refused.push(told)
          // A sender that comes sooner than it was told makes the load heavier; what is refused must stay cheap all the same.
          await wait(100)
        }
        acknowledged += MANY_EVENTS
      }
    }
    const watch = setInterval(() => {
      void gauge(server, 'statusline_bodies').then((bodies) => (most = Math.max(most, bodies)))
    }, 50)
    try {
      await Promise.all(Array.from({ length: SENDERS }, (_, sender) => ship(sender)))
    } finally {
      clearInterval(watch)
    }
    expect(refused.length).toBeGreaterThanOrEqual(REFUSED)
    expect(new Set(refused.map(({ status, retryAfter, code }) => `${status} ${retryAfter} ${code}`))).toEqual(
      new Set(['503 1 overloaded']),
    )
    expect(most).toBeGreaterThan(0)
    const { accepted, counts } = await sourceCounts(server, 'edge', acknowledged)
    expect({ accepted, counted: counts['pay 200'] }).toEqual({ accepted: acknowledged, counted: acknowledged })
  })

  it('leave a server that takes bodies at once when they are gone', async () => {
    for (let batch = 0; batch < 20; batch++) {
      expect(
        await send(
          server,
          'later',
          ndjson(`later-${batch}`, () => 'pay'),
        ),
      ).toMatchObject({ status: 202 })
      await wait(150)
    }
    expect(await gauge(server, 'statusline_bodies')).toBe(0)
    expect(await gauge(server, 'statusline_bodies_limit')).toBe(2_000)
    expect(await gauge(server, 'statusline_append_waiting')).toBe(0)
    expect(await gauge(server, 'statusline_append_waiting_limit')).toBeGreaterThan(0)
  })
})

describe('a journal that nobody folds', () => {
  it('is bounded, and takes bodies again once it is folded', async () => {
    const database = await testDatabase({ migrated: false })
    const env = { DATABASE_URL: database.url, STATUSLINE_LIMITS_JOURNAL_BYTES: String(1024 * 1024) }
    const ingest = await ServerProcess.start({ ...env, STATUSLINE_ROLE: 'ingest' })
    let fold: ServerProcess | null = null
    try {
      let batches = 0
      let told: Told
      // A source of its own for each, within whose budgets every event is a series.
      const more = (): Promise<Told> =>
        send(
          ingest,
          `edge-${batches}`,
          ndjson('full', (n) => `service-${n}`),
        )
      await pollUntil(
        async () => {
          told = await more()
          if (told.status === 202) batches++
          return told.status !== 202
        },
        { deadlineMs: 120_000, everyMs: 1, what: 'the journal to be full' },
      )
      expect(told!).toEqual({ status: 503, retryAfter: '5', code: 'journal_full' })
      const limit = await gauge(ingest, 'statusline_journal_limit_bytes')
      expect(limit).toBe(1024 * 1024)
      expect(await gauge(ingest, 'statusline_journal_bytes')).toBeGreaterThanOrEqual(limit)
      fold = await ServerProcess.start({ ...env, STATUSLINE_ROLE: 'all' })
      await pollUntil(async () => (await more()).status === 202, {
        deadlineMs: 120_000,
        everyMs: 500,
        what: 'the journal to have room again',
      })
      const acknowledged = (batches + 1) * EVENTS
      const counted = (): Promise<number> => countedBy(fold!)
      await pollUntil(async () => (await counted()) >= acknowledged, { deadlineMs: 60_000, what: 'all to be counted' })
      expect(await counted()).toBe(acknowledged)
    } finally {
      await fold?.remove()
      await ingest.remove()
      await database.drop()
    }
  })
})
