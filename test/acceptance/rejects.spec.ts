import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ServerProcess, pollUntil, statusline } from '#testing'
import { logTime } from '../faults/flood.js'
import { imbalance, type Ledger } from '../faults/totals.js'

let server: ServerProcess
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'statusline-rejects-'))
  // A mistake of the operator: this source sends text lines.
  const config = join(folder, 'statusline.yaml')
  await writeFile(config, 'sources:\n  edge:\n    format: json\n')
  server = await ServerProcess.start({ STATUSLINE_CONFIG: config })
})
afterAll(async () => {
  await server.remove()
  await rm(folder, { recursive: true })
})

interface Listed {
  readonly rejects: readonly { readonly reason: string; readonly record: string; readonly replayedAt: string | null }[]
}

interface Report {
  readonly accepted: number
  readonly rejected: number
}

const line = (n: number) =>
  `192.0.2.77 - - [${logTime(Date.now() - 30_000)}] "GET /cart/${n}?token=hush HTTP/1.1" ${n % 2 === 0 ? 200 : 503} 5 "-" "t" host=shop\n`

const cli = (...args: string[]) => statusline(server.url, args).done
const listed = async (source: string): Promise<Listed['rejects']> =>
  (await server.json<Listed>(`/v1/rejects?source=${source}&first=100`)).rejects
const replay = async (source: string): Promise<Report> => {
  const done = await cli('rejects', 'replay', '--source', source, '--json')
  expect(done).toMatchObject({ code: 0 })
  return JSON.parse(done.stdout) as Report
}

interface State {
  readonly codes: Record<string, number>
  readonly ledger: Ledger & { readonly replayed: number }
}

async function stateOf(source: string): Promise<State> {
  const answer = await server.graphql<{
    breakdown: { rows: { code: number; counts: { count: number } }[] }
    sources: { name: string; ledger: State['ledger'] }[]
  }>(
    `query ($s: String!) {
       breakdown(range: { last: "2h" }, by: [CODE], filter: { source: [$s] }) { rows { code counts { count } } }
       sources { name ledger { received accepted duplicate rejected shed replayed } } }`,
    { s: source },
  )
  return {
    codes: Object.fromEntries(answer.breakdown.rows.map(({ code, counts }) => [String(code), counts.count])),
    ledger: answer.sources.find(({ name }) => name === source)!.ledger,
  }
}

async function folded(source: string, holds: (state: State) => boolean): Promise<State> {
  return pollUntil(
    async () => {
      const state = await stateOf(source)
      return holds(state) && state
    },
    { deadlineMs: 60_000, what: `the numbers of ${source}` },
  )
}

it('keeps what it could not read, names the reason, and shows it masked', async () => {
  const body = Array.from({ length: 40 }, (_, n) => line(n)).join('')
  expect(await server.json('/v1/ingest/edge', body)).toMatchObject({ accepted: 0, rejected: 40 })
  const rejects = await listed('edge')
  expect(rejects).toHaveLength(40)
  for (const { record, replayedAt } of rejects) {
    expect(record).toContain('/cart/')
    expect(record).not.toContain('192.0.2.77')
    expect(record).not.toContain('hush')
    expect(replayedAt).toBeNull()
  }
  const { codes, ledger } = await folded('edge', (state) => state.ledger.rejected === 40)
  expect(codes).toEqual({})
  expect(imbalance(ledger)).toBe(0)
  expect(await cli('rejects', 'list', '--source', 'edge')).toMatchObject({
    code: 0,
    stdout: expect.stringContaining(rejects[0]!.reason),
  })
})

it('counts none of them while nothing is mended', async () => {
  expect(await replay('edge')).toMatchObject({ accepted: 0, rejected: 40 })
  expect((await stateOf('edge')).codes).toEqual({})
})

it('counts each of them once when the format is set right, however often it is replayed', async () => {
  const config = join(folder, 'mended.yaml')
  await writeFile(config, 'sources:\n  edge:\n    format: combined\n')
  expect(await server.end('SIGTERM')).toBe(0)
  await server.start({ STATUSLINE_CONFIG: config })

  expect(await replay('edge')).toMatchObject({ accepted: 40, rejected: 0 })
  expect(await replay('edge')).toMatchObject({ accepted: 0, rejected: 0 })
  const { codes, ledger } = await folded('edge', (state) => state.ledger.replayed >= 40)
  expect(codes).toEqual({ 200: 20, 503: 20 })
  expect(ledger).toMatchObject({ replayed: 40, rejected: 40 })
  for (const { replayedAt } of await listed('edge')) expect(replayedAt).not.toBeNull()
})

it('counts each of them once when two replays run at the same time', async () => {
  const body = Array.from({ length: 300 }, (_, n) => `{"status":200,"ts":${Date.now() - 72 * 3_600_000 - n}}\n`).join(
    '',
  )
  expect(await server.json('/v1/ingest/slow', body)).toMatchObject({ accepted: 0, rejected: 300 })
  const reports = await Promise.all([replay('slow'), replay('slow')])
  expect(reports[0]!.accepted + reports[1]!.accepted).toBe(300)
  const { ledger } = await folded('slow', (state) => state.ledger.replayed >= 300)
  expect(ledger.replayed).toBe(300)
})
