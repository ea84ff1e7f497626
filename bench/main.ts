import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { compare, readReport } from './compare.js'
import { benchLoad } from './load/load-bench.js'
import { machine } from './machine.js'
import type { Measurement } from './measurement.js'
import { benchQuery } from './query/query-bench.js'
import { benchReplay } from './replay/replay-bench.js'
import { tableOf, type Report } from './report.js'
import { benchScan } from './scan/scan-bench.js'
import { benchThreads } from './threads/threads-bench.js'

const RESULTS = 'bench/results'

const USAGE = `npm run bench -- [--only PART] [--smoke] [--json | --save] [--lines N] [--runs N] [--seconds N]
npm run bench -- --compare BEFORE.json AFTER.json
  --only     scan, threads (one that scans against two), ingest (1,000 events in a batch), single (one), replay or query
  --smoke    small sizes, no peers: checks that counts are right, says nothing about speed
  --json     print the results as JSON
  --save     keep them in ${RESULTS}
  --compare  two kept results beside each other: what changed by more than the noise
  --lines    lines of each generated file (2,000,000)
  --runs     runs of each measurement (3)
  --seconds  length of each run of ingest and single (15)`

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean', default: false },
    save: { type: 'boolean', default: false },
    smoke: { type: 'boolean', default: false },
    compare: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
    only: { type: 'string' },
    lines: { type: 'string' },
    runs: { type: 'string' },
    seconds: { type: 'string' },
  },
})

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(130))

const progress = (line: string): void => void process.stderr.write(`${line}\n`)

/** What each part measures, in the order in which they run. */
const partsIn = (folder: string): Readonly<Record<string, () => Promise<Measurement[]>>> => {
  const { smoke } = values
  const runs = Number(values.runs ?? (smoke ? 1 : 3))
  const lines = Number(values.lines ?? (smoke ? 50_000 : 2_000_000))
  const seconds = Number(values.seconds ?? (smoke ? 3 : 15))
  const file = { folder, lines, runs, progress }
  const load = { folder, seconds, runs, connections: 64, progress }
  const rssBytes = 400 * 2 ** 20
  const query = smoke ? { series: 100, questions: 2, hours: 1 } : { series: 10_000, questions: 20, hours: 12 }
  return {
    scan: () => benchScan({ ...file, withPeers: !smoke }),
    threads: () => benchThreads({ lines, runs: smoke ? 1 : Math.max(5, runs), progress }),
    ingest: () => benchLoad({ ...load, eventsPerBatch: 1_000 }, { eventsPerSecond: 350_000, p99Ms: 250, rssBytes }),
    single: () => benchLoad({ ...load, eventsPerBatch: 1 }, { eventsPerSecond: 15_000, p99Ms: 30, rssBytes }),
    replay: () => benchReplay(file),
    query: () => benchQuery({ ...query, folder, runs, progress }),
  }
}

const run = async (folder: string): Promise<Report> => {
  const parts = partsIn(folder)
  const { only } = values
  if (only !== undefined && !(only in parts))
    throw new Error(`--only is ${JSON.stringify(only)}; allowed: ${Object.keys(parts).join(', ')}`)
  const measurements: Measurement[] = []
  for (const name of only === undefined ? Object.keys(parts) : [only]) measurements.push(...(await parts[name]!()))
  const held = values.smoke ? measurements.map((measured) => ({ ...measured, floor: null })) : measurements
  return { machine: machine(), at: new Date().toISOString(), measurements: held }
}

const save = async (report: Report): Promise<void> => {
  const path = join(RESULTS, `${report.at.replaceAll(/[:.]/g, '-')}.json`)
  await mkdir(RESULTS, { recursive: true })
  await writeFile(path, `${JSON.stringify(report, null, 2)}\n`)
  progress(`kept in ${path}`)
}

const measure = async (): Promise<void> => {
  const folder = await mkdtemp(join(tmpdir(), 'statusline-bench-'))
  try {
    const report = await run(folder)
    if (values.save) await save(report)
    process.stdout.write(values.json ? `${JSON.stringify(report, null, 2)}\n` : `${tableOf(report)}\n`)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

const main = async (): Promise<void> => {
  if (values.help) process.stdout.write(`${USAGE}\n`)
  else if (values.compare) {
    const [before, after] = positionals
    if (before === undefined || after === undefined) throw new Error('--compare takes two files that --save has kept')
    process.stdout.write(`${compare(await readReport(before), await readReport(after))}\n`)
  } else await measure()
}

await main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
})
