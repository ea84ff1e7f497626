import { ServerProcess, pollUntil, statusline, type CliProcess } from '#testing'
import { GraphqlStack } from './graphql-stack.js'

/** Operations, how often each is asked for, and the row of the breakdown that they must end in. */
const PLAN: [query: string, times: number, row: string][] = [
  ['query Fine { fine }', 300, 'Fine QUERY 200 SUCCESS'],
  ['query Half { fine broken }', 110, 'Half QUERY 200 SUCCESS'],
  ['query Broken { broken }', 90, 'Broken QUERY 200 SERVER_ERROR'],
  ['query Refused { refused }', 80, 'Refused QUERY 200 CLIENT_ERROR'],
  ['query Limited { limited }', 70, 'Limited QUERY 200 THROTTLED'],
  ['query Handshake { handshake }', 60, 'Handshake QUERY 200 SUCCESS'],
  ['mutation Add { add }', 50, 'Add MUTATION 200 SUCCESS'],
  ['mutation Fail { fail }', 40, 'Fail MUTATION 200 SERVER_ERROR'],
  ['{ fine }', 30, '/graphql QUERY 200 SUCCESS'],
  ['{ nothing }', 20, '/graphql POST 200 CLIENT_ERROR'],
]
/** What never reaches the server, and so is in nginx's log alone. */
const DEAD = 25
const ASKED = PLAN.reduce((sum, [, times]) => sum + times, 0)

let server: ServerProcess
let stack: GraphqlStack
let shipping: readonly CliProcess[]

beforeAll(async () => {
  server = await ServerProcess.start()
  stack = await GraphqlStack.start()
  shipping = [
    statusline(server.url, ['ship', '--follow', '--source', 'graphql', stack.serverLog]),
    statusline(server.url, ['ship', '--follow', '--source', 'edge', '--format', 'nginx_json', stack.proxyLog]),
  ]
})

afterAll(async () => {
  for (const process of shipping) {
    process.kill('SIGTERM')
    await process.done
  }
  await stack.stop()
  await server.remove()
})

interface Row {
  readonly route: string
  readonly method: string
  readonly code: number
  readonly outcome: string
  readonly owner: string
  readonly counts: { readonly count: number; readonly errors: number }
}

/** Rows of a source, once `total` requests of it are counted. */
function rowsOf(source: string, by: string, total: number): Promise<readonly Row[]> {
  return pollUntil(
    async () => {
      const { breakdown } = await server.graphql<{ breakdown: { total: { count: number }; rows: Row[] } }>(
        `{ breakdown(range: { last: "1h" }, by: [${by}], filter: { source: ["${source}"] })
           { total { count } rows { route method code outcome owner counts { count errors } } } }`,
      )
      return breakdown.total.count >= total && breakdown.rows
    },
    { deadlineMs: 120_000, what: `${total} requests of ${source}` },
  )
}

const counted = (rows: readonly Row[]) =>
  Object.fromEntries(
    rows.map(({ route, method, code, outcome, counts }) => [`${route} ${method} ${code} ${outcome}`, counts.count]),
  )

const PLANNED = Object.fromEntries(PLAN.map(([, times, row]) => [row, times]))

it('asks a real server behind a real nginx, which answers 200 to nearly all', async () => {
  const jobs = PLAN.flatMap(([query, times]) =>
    Array.from({ length: times }, (_, i) => ({ path: '/graphql', query, at: i / times })),
  )
  for (let i = 0; i < DEAD; i++) jobs.push({ path: '/graphql/dead', query: '{ fine }', at: i / DEAD })
  jobs.sort((a, b) => a.at - b.at)
  const seen: Record<number, number> = {}
  const headers = new Set<string>()
  const worker = async () => {
    for (let job = jobs.shift(); job !== undefined; job = jobs.shift()) {
      const reply = await stack.ask(job.path, job.query)
      seen[reply.status] = (seen[reply.status] ?? 0) + 1
      for (const name of reply.headers) headers.add(name)
    }
  }
  await Promise.all(Array.from({ length: 16 }, worker))
  expect(seen).toEqual({ 200: ASKED, 502: DEAD })
  expect([...headers].filter((name) => name.startsWith('x-graphql'))).toEqual([])
})

it('counts the outcome of each operation by what the server wrote', async () => {
  expect(counted(await rowsOf('graphql', 'ROUTE, METHOD, CODE, OUTCOME', ASKED))).toEqual(PLANNED)
})

it('counts the same by what nginx wrote, and what nginx answered itself', async () => {
  const rows = await rowsOf('edge', 'ROUTE, METHOD, CODE, OUTCOME', ASKED + DEAD)
  expect(counted(rows)).toEqual({ ...PLANNED, '/graphql/dead POST 502 SERVER_ERROR': DEAD })
})

it('knows from nginx whose fault a hidden error was', async () => {
  const rows = await rowsOf('edge', 'OWNER, OUTCOME', ASKED + DEAD)
  const errors = rows.filter(({ outcome }) => outcome === 'SERVER_ERROR')
  const byOwner = Object.fromEntries(errors.map(({ owner, counts }) => [owner, counts.errors]))
  expect(byOwner['UPSTREAM']).toBeGreaterThanOrEqual(90 + 40)
  expect(Object.values(byOwner).reduce((sum, n) => sum + n, 0)).toBe(90 + 40 + DEAD)
})

it('still shows the 200 of an error', async () => {
  const rows = await rowsOf('graphql', 'CODE', ASKED)
  expect(rows.map(({ code, counts }) => [code, counts.count, counts.errors])).toEqual([[200, ASKED, 90 + 40]])
})
