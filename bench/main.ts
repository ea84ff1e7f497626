import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { benchIngest } from './ingest/ingest-bench.js'
import { machine } from './machine.js'
import { tableOf, type Report } from './report.js'
import { benchScan } from './scan/scan-bench.js'

const USAGE = `npm run bench -- [--json] [--smoke] [--only scan|ingest] [--lines N] [--runs N] [--seconds N]
  --json     print the results as JSON
  --smoke    small sizes, no peers: checks that counts are right, says nothing about speed
  --only     one part of the benchmarks
  --lines    lines of each generated file (2,000,000)
  --runs     runs of each measurement (3)
  --seconds  length of each ingest run (15)`

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    smoke: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
    only: { type: 'string' },
    lines: { type: 'string' },
    runs: { type: 'string' },
    seconds: { type: 'string' },
  },
})

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(130))

const progress = (line: string): void => void process.stderr.write(`${line}\n`)

const run = async (folder: string): Promise<Report> => {
  const { smoke, only } = values
  const runs = Number(values.runs ?? (smoke ? 1 : 3))
  const lines = Number(values.lines ?? (smoke ? 50_000 : 2_000_000))
  const seconds = Number(values.seconds ?? (smoke ? 3 : 15))
  const scan = only === 'ingest' ? [] : await benchScan({ folder, lines, runs, withPeers: !smoke, progress })
  const load = { folder, seconds, runs, connections: 64, eventsPerBatch: 1000, progress }
  const ingest = only === 'scan' ? null : await benchIngest(load)
  return { machine: machine(), scan, ingest }
}

const main = async (): Promise<void> => {
  if (values.help) {
    process.stdout.write(`${USAGE}\n`)
    return
  }
  const folder = await mkdtemp(join(tmpdir(), 'statusline-bench-'))
  try {
    const report = await run(folder)
    process.stdout.write(values.json ? `${JSON.stringify(report, null, 2)}\n` : `${tableOf(report)}\n`)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

await main()
