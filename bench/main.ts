import { mkdtempSync } from 'node:fs'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { compare, readReport } from './compare.js'
import { benchGraphql } from './graphql/graphql-bench.js'
import { benchLoad, benchLoadBesideNone } from './load/load-bench.js'
import { benchOverload } from './load/overload-bench.js'
import { benchCost } from './cost/cost-bench.js'
import { benchFlatness } from './cost/flatness-bench.js'
import { GOALS } from './goals.js'
import { interrupted, stopOnSignals, undoneBySignal } from './interrupt.js'
import { inLanes } from './lanes.js'
import { machine } from './machine.js'
import type { Measurement } from './measurement.js'
import { benchMetrics } from './metrics/metrics-bench.js'
import { optionsOf, USUAL_PARTS, WrongArgument, type Options, type Part } from './options.js'
import { benchQuery } from './query/query-bench.js'
import { benchReplay } from './replay/replay-bench.js'
import { tableOf, type Report } from './report.js'
import { benchScan } from './scan/scan-bench.js'
import { benchSoak } from './soak/soak-bench.js'
import { benchStart } from './start/start-bench.js'
import { benchThreads } from './threads/threads-bench.js'

const RESULTS = 'bench/results'

const USAGE = `npm run bench -- [--only PART] [--smoke] [--json | --save] [--lines N] [--runs N] [--seconds N] [--minutes N] [--rate N]
npm run bench -- --compare BEFORE.json AFTER.json
  --only     scan, threads (one that scans against two), ingest (1,000 events in a batch, beside a server without
             a database), single (one), replay, query, graphql, metrics or start; only when named:
             cost (of an event and a cell), overload, overload-single (three times the connections), flatness (until
             200 M events), soak
  --smoke    small sizes, no peers: checks that counts are right, says nothing about speed
  --json     print the results as JSON
  --save     keep them in ${RESULTS}
  --compare  two kept results beside each other: what changed by more than the noise
  --lines    lines of each generated file (2,000,000)
  --runs     runs of each measurement (5)
  --seconds  length of each run of ingest, single and graphql (15), of the overload (300); at most, of flatness (900)
  --minutes  length of soak (30)
  --rate     events a second of soak (2,000)`

const progress = (line: string): void => void process.stderr.write(`${line}\n`)

/** What each part measures. */
const partsIn = (folder: string, options: Options): Readonly<Record<Part, () => Promise<Measurement[]>>> => {
  const { smoke } = options
  const { runs = smoke ? 1 : 5, lines = smoke ? 20_000 : 2_000_000, seconds = smoke ? 1 : 15 } = options
  const file = { folder, lines, runs, withPeers: !smoke, progress }
  // Every connection has bodies of its own, which take a moment to make.
  const connections = smoke ? 8 : 64
  const load = { folder, seconds, runs, connections, progress }
  const query = smoke ? { series: 100, questions: 2, hours: 1 } : { series: 10_000, questions: 20, hours: 12 }
  const graphql = smoke ? { series: 100, requests: 100, seconds } : { series: 2_000, requests: 10_000, seconds }
  return {
    scan: () => benchScan(file),
    threads: () => benchThreads({ lines, runs, progress }),
    ingest: () => (smoke ? benchLoad : benchLoadBesideNone)({ ...load, eventsPerBatch: 1_000 }, GOALS.ingest),
    single: () => benchLoad({ ...load, eventsPerBatch: 1 }, GOALS.single),
    replay: () => benchReplay(file),
    query: () => benchQuery({ ...query, folder, runs, progress }),
    graphql: () => benchGraphql({ ...graphql, folder, runs, connections, progress }),
    metrics: () => benchMetrics({ folder, smoke, runs, progress }),
    start: () => benchStart({ folder, starts: smoke ? 0 : 2 * runs, progress }),
    ...longPartsIn(folder, options),
  }
}

const longPartsIn = (folder: string, { seconds, minutes = 30, rate = 2_000 }: Options) => {
  const load = { folder, seconds: seconds ?? 300, runs: 1, connections: 64, progress }
  return {
    cost: () => benchCost({ ...load, seconds: seconds ?? 10 }),
    overload: () => benchOverload({ ...load, eventsPerBatch: 1_000 }),
    'overload-single': () => benchOverload({ ...load, eventsPerBatch: 1 }),
    flatness: () => benchFlatness({ ...load, seconds: seconds ?? 900, eventsPerBatch: 1_000, events: 200e6 }),
    soak: () => benchSoak({ series: 10_000, minutes, eventsPerSecond: rate, folder, progress }),
  }
}

const run = async (folder: string, options: Options): Promise<Report> => {
  const parts = partsIn(folder, options)
  const { only, smoke } = options
  const done = await inLanes(
    // A smoke test measures nothing: what one part waits for, another can use.
    smoke ? 2 : 1,
    (only === undefined ? USUAL_PARTS : [only]).map((part) => parts[part]),
  )
  const measurements = done.flat()
  const held = smoke ? measurements.map((measured) => ({ ...measured, floor: null, aim: null })) : measurements
  return { machine: machine(), at: new Date().toISOString(), measurements: held }
}

const save = async (report: Report): Promise<void> => {
  const path = join(RESULTS, `${report.at.replaceAll(/[:.]/g, '-')}.json`)
  await mkdir(RESULTS, { recursive: true })
  await writeFile(path, `${JSON.stringify(report, null, 2)}\n`)
  progress(`kept in ${path}`)
}

const measure = async (options: Options): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), 'statusline-bench-'))
  // What is stopped may write until it is gone, and files that are copied come after all.
  const remove = () => rm(folder, { recursive: true, force: true, maxRetries: 10 })
  const forget = undoneBySignal(remove)
  const beganAt = performance.now()
  try {
    const report = await run(folder, options)
    progress(`took ${Math.round((performance.now() - beganAt) / 1_000)} s`)
    if (options.save) await save(report)
    process.stdout.write(options.json ? `${JSON.stringify(report, null, 2)}\n` : `${tableOf(report)}\n`)
  } finally {
    if (!interrupted.aborted) await remove().finally(forget)
  }
}

const main = async (words: readonly string[]): Promise<void> => {
  const options = optionsOf(words)
  const [before, after] = options.files
  if (options.help) process.stdout.write(`${USAGE}\n`)
  else if (before !== undefined && after !== undefined)
    process.stdout.write(`${compare(await readReport(before), await readReport(after))}\n`)
  else await measure(options)
}

stopOnSignals(progress)
await main(process.argv.slice(2)).catch((error: unknown) => {
  // What a signal stops fails; only the signal is to blame.
  if (interrupted.aborted) return
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = error instanceof WrongArgument ? 2 : 1
})
