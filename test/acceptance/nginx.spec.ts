import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { mkdtemp, rename, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ServerProcess, freePort, pollUntil, statusline, type CliProcess } from '#testing'
import { LOCATIONS, Nginx } from './nginx.js'

/** Requests by the status that each must end with, but for what limit_req lets through to a 404: 20,000 in all. */
const PLAN = { 200: 14_000, 301: 1_500, 404: 2_000, 429: 1_200, 499: 200, 502: 900, 504: 200 } as const

type Codes = Record<string, number>

let server: ServerProcess
let nginx: Nginx
let shipping: CliProcess

beforeAll(async () => {
  server = await ServerProcess.start()
  nginx = await Nginx.start()
  shipping = statusline(server.url, ['ship', '--follow', '--source', 'edge', nginx.accessLog])
})

afterAll(async () => {
  shipping.kill('SIGTERM')
  await shipping.done
  await nginx.stop()
  await server.remove()
})

const codesByGraphql = async (): Promise<Codes> => {
  const { breakdown } = await server.graphql<{ breakdown: { rows: { code: number; counts: { count: number } }[] } }>(
    '{ breakdown(range: { last: "1h" }, by: [CODE], filter: { source: ["edge"] }) { rows { code counts { count } } } }',
  )
  return Object.fromEntries(breakdown.rows.map(({ code, counts }) => [String(code), counts.count]))
}

const codesByMetrics = (text: string): Codes => {
  const sums: Codes = {}
  for (const line of text.split('\n')) {
    if (!line.startsWith('gateway_http_requests_total{')) continue
    const code = /code="(\w+)"/.exec(line)?.[1] ?? ''
    const count = Number(line.slice(line.lastIndexOf(' ') + 1))
    if (line.includes('source="edge"') && count > 0) sums[code] = (sums[code] ?? 0) + count
  }
  return sums
}

const total = (codes: Codes) => Object.values(codes).reduce((sum, n) => sum + n, 0)

/** Sends the planned requests, mixed, 64 at a time; a rotation happens in the middle. */
async function play(inTheMiddle: () => Promise<void>): Promise<void> {
  const queue = Object.entries(PLAN).flatMap(([status, times]) =>
    Array.from({ length: times }, (_, i) => ({ status: Number(status), at: i / times })),
  )
  queue.sort((a, b) => a.at - b.at)
  let next = 0
  const middle = queue.length / 2
  const worker = async () => {
    for (;;) {
      const job = queue[next++]
      if (job === undefined) return
      if (next === middle) await inTheMiddle()
      const path = `${LOCATIONS[job.status as keyof typeof LOCATIONS]}/${next}?q=secret`
      await (job.status === 499 ? nginx.leave(path) : nginx.get(path))
    }
  }
  await Promise.all(Array.from({ length: 64 }, worker))
}

it('counts 20,000 requests of a real nginx exactly as awk does, through a rotation of the log', async () => {
  const rotated = `${nginx.accessLog}.1`
  await play(async () => {
    await rename(nginx.accessLog, rotated)
    nginx.reopenLogs()
  })
  // The first 200 said that nginx is there; these make sure that it writes to the new log, however late it opens it.
  let oks = PLAN[200] + 1
  await pollUntil(
    async () => {
      await nginx.get('/ok')
      oks += 1
      return (await stat(nginx.accessLog)).size > 0
    },
    { deadlineMs: 60_000, what: 'nginx to write to its new log' },
  )
  // Once a minute limit_req lets one through.
  const passed = nginx.seen[404]! - PLAN[404]
  expect(passed).toBeGreaterThan(0)
  expect(nginx.seen).toEqual({ ...PLAN, 200: oks, 404: PLAN[404] + passed, 429: PLAN[429] - passed })
  const awk = await pollUntil(
    () => {
      const counts = nginx.awkCounts(rotated, nginx.accessLog)
      return total(counts) >= total(nginx.seen) && counts
    },
    { deadlineMs: 60_000, what: 'nginx to log every request' },
  )
  expect(awk).toEqual(nginx.seen)
  await pollUntil(async () => total(await codesByGraphql()) >= total(awk), {
    deadlineMs: 120_000,
    what: 'all lines to be counted',
  })
  expect(await codesByGraphql()).toEqual(awk)
})

it('says the same in /metrics, in a form that promtool has nothing to say about', async () => {
  const text = await server.text('/metrics')
  expect(codesByMetrics(text)).toEqual(await codesByGraphql())
  const promtool = spawnSync('promtool', ['check', 'metrics'], { input: text, encoding: 'utf8' })
  expect({ status: promtool.status, said: promtool.stdout + promtool.stderr }).toEqual({ status: 0, said: '' })
})

it('says the same through a real Prometheus that scraped it', async () => {
  const prometheus = await Prometheus.start(server.url)
  try {
    const sums = await pollUntil(
      async () => {
        const found = await prometheus.query('sum by (code) (gateway_http_requests_total{source="edge"}) > 0')
        return Object.keys(found).length > 0 && found
      },
      { deadlineMs: 60_000, everyMs: 200, what: 'Prometheus to have scraped' },
    )
    expect(sums).toEqual(await codesByGraphql())
  } finally {
    await prometheus.stop()
  }
})

it('says the same after a restart', async () => {
  const before = await codesByGraphql()
  expect(await server.end('SIGTERM')).toBe(0)
  await server.start()
  expect(codesByMetrics(await server.text('/metrics'))).toEqual(before)
  expect(await codesByGraphql()).toEqual(before)
})

it('keeps the ledger in balance', async () => {
  const { sources } = await server.graphql<{ sources: { name: string; ledger: Record<string, number> }[] }>(
    '{ sources { name ledger { received accepted duplicate rejected shed } } }',
  )
  const edge = sources.find(({ name }) => name === 'edge')?.ledger
  expect(edge).toMatchObject({ accepted: total(nginx.seen), rejected: 0, shed: 0 })
  expect(edge?.['received']).toBe(edge!['accepted']! + edge!['duplicate']! + edge!['rejected']! + edge!['shed']!)
})

class Prometheus {
  private constructor(
    private readonly port: number,
    private readonly child: ChildProcess,
    private readonly folder: string,
  ) {}

  static async start(target: string): Promise<Prometheus> {
    const folder = await mkdtemp(join(tmpdir(), 'statusline-prometheus-'))
    const port = await freePort()
    const config = join(folder, 'prometheus.yml')
    await writeFile(
      config,
      `global: { scrape_interval: 1s }\nscrape_configs:\n  - job_name: statusline\n    static_configs: [{ targets: ['${new URL(target).host}'] }]\n`,
    )
    const args = [
      `--config.file=${config}`,
      `--storage.tsdb.path=${folder}/tsdb`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--log.level=error',
    ]
    return new Prometheus(port, spawn('prometheus', args, { stdio: 'inherit' }), folder)
  }

  /** An instant query that groups by code. */
  async query(expression: string): Promise<Codes> {
    const response = await fetch(`http://127.0.0.1:${this.port}/api/v1/query?query=${encodeURIComponent(expression)}`)
    const { data } = (await response.json()) as {
      data: { result: { metric: { code: string }; value: [number, string] }[] }
    }
    return Object.fromEntries(data.result.map(({ metric, value }) => [metric.code, Number(value[1])]))
  }

  async stop(): Promise<void> {
    const gone = new Promise((resolve) => this.child.once('exit', resolve))
    this.child.kill('SIGTERM')
    await gone
    await rm(this.folder, { recursive: true, force: true })
  }
}
