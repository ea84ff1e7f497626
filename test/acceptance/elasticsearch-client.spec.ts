import { Client } from '@elastic/elasticsearch'
import { FlakyServer } from './flaky-server.js'

const door = new FlakyServer()
const DOCUMENTS = 500
const STATUSES = [200, 200, 200, 404, 502] as const

interface Setup {
  readonly source?: string
  readonly password?: string
  readonly path?: string
  readonly gzip?: boolean
}

const client = ({ source, password = door.key, path = '', gzip = false }: Setup = {}) =>
  new Client({
    node: door.proxy.url + path,
    auth: { username: 'elastic', password },
    ...(source !== undefined && { headers: { 'x-statusline-source': source } }),
    compression: gzip,
    maxRetries: 3,
  })

const isPoison = (i: number): boolean => i === DOCUMENTS / 2

/** What a shipper indexes for a request; one in the middle is no request at all. */
function document(i: number): object {
  if (isPoison(i)) return { message: 'cache warmed up', level: 'info' }
  const status = STATUSES[i % STATUSES.length] as number
  return { '@timestamp': new Date().toISOString(), service: 'pay', method: 'GET', path: `/orders/${i}`, status }
}

const NUMBERS = Array.from({ length: DOCUMENTS }, (_, i) => i)
const EXPECTED = NUMBERS.filter((i) => !isPoison(i)).reduce<Record<string, number>>((counts, i) => {
  const key = `pay ${STATUSES[i % STATUSES.length] as number}`
  return { ...counts, [key]: (counts[key] ?? 0) + 1 }
}, {})

it.each([
  ['at the root', '', false],
  ['under the prefix, with gzip', '/elasticsearch', true],
])(
  'counts every document of the bulk helper once, through refusals and a lost reply: %s',
  async (_what, path, gzip) => {
    const index = `bulk${path.length}`
    door.proxy.plan('refuse', 'refuse', 'lose', 'refuse')
    const dropped: unknown[] = []
    const told = await client({ source: index, path, gzip }).helpers.bulk({
      datasource: NUMBERS,
      flushBytes: 15_000,
      concurrency: 2,
      onDocument: (i) => [{ create: { _index: index, _id: `${index}-${i}` } }, document(i)],
      onDrop: (one) => dropped.push(one),
    })
    expect({ ...told, dropped }).toMatchObject({ total: DOCUMENTS, successful: DOCUMENTS, failed: 0, dropped: [] })
    expect(door.proxy.passed.filter(({ mishap }) => mishap !== null).length).toBe(4)
    expect(await door.counts(index, DOCUMENTS - 1)).toEqual({
      counts: EXPECTED,
      accepted: DOCUMENTS - 1,
      rejected: 1,
    })
  },
)

it('counts a batch without ids once, too', async () => {
  door.proxy.plan('lose')
  const operations = NUMBERS.flatMap((i) => [{ create: {} }, document(i)])
  const reply = await client().bulk({ index: 'no-ids', operations })
  expect([reply.errors, reply.items.length]).toEqual([false, DOCUMENTS])
  expect((await door.counts('no-ids', DOCUMENTS - 1)).counts).toEqual(EXPECTED)
})

it('answers what the client asks beside bulk', async () => {
  expect(await client({ path: '/elasticsearch' }).info()).toMatchObject({ tagline: 'You Know, for Search' })
  expect(await client().cluster.health()).toMatchObject({ status: 'green' })
})

it('tells a wrong key at once', async () => {
  const wrong = client({ password: 'wrong' }).bulk({ index: 'never', operations: [{ create: {} }, document(0)] })
  await expect(wrong).rejects.toMatchObject({ statusCode: 401, message: expect.stringContaining('security_exception') })
  expect(door.proxy.passed.map(({ status }) => status)).toEqual([401])
})
