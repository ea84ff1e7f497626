import { createReadStream, createWriteStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { once } from 'node:events'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runBeside } from '../beside.js'
import { LAYOUTS, writeCorpus, type CorpusFile, type Layout } from '../corpus.js'
import { cpuTimeOf } from '../cpu-time.js'
import { GOALS, type Goal } from '../goals.js'
import { measured, type Measurement } from '../measurement.js'
import { spreadOf } from '../statistics.js'
import { installedPeers, SPLIT_PARSE, type Peer } from './peers.js'

const CHILD = fileURLToPath(new URL('./scan-child.js', import.meta.url))

/** One program on one file. */
interface ScanResult {
  readonly program: string
  readonly lines: number
  readonly rates: readonly number[]
  readonly maxRssBytes: number | null
}

export interface ScanOptions {
  readonly folder: string
  readonly lines: number
  readonly runs: number
  readonly withPeers: boolean
  readonly progress: (line: string) => void
}

/** What the child counted. */
interface Counted {
  readonly lines: number
  readonly rejected: number
  readonly maxRssBytes: number
  readonly byStatus: Readonly<Record<string, number>>
  /** A digest of all cells. */
  readonly cells: string
}

/** Measures the scanner beside its peers, on the same files in the same run. Throws where a count is wrong. */
export const benchScan = async (options: ScanOptions): Promise<Measurement[]> => {
  const measurements: Measurement[] = []
  for (const layout of LAYOUTS) {
    options.progress(`writing ${options.lines} ${layout} lines`)
    const file = await writeCorpus(join(options.folder, `${layout}.log`), layout, options.lines)
    await checkCounts(file)
    const ours = await measureOurs(file, options)
    const peers = options.withPeers ? installedPeers().filter(({ layouts }) => layouts.includes(layout)) : []
    measurements.push(measurementOf(layout, ours, GOALS.scan[layout]))
    for (const peer of peers) {
      const theirs = await measurePeer(peer, file, options)
      measurements.push(measurementOf(layout, theirs, null), timesOf(layout, ours, theirs))
    }
  }
  return measurements
}

const measurementOf = (
  layout: Layout,
  { program, lines, rates, maxRssBytes }: ScanResult,
  goal: Goal | null,
): Measurement => {
  const what = `${program}, ${layout}, ${lines.toLocaleString('en-US')} lines`
  const note = maxRssBytes === null ? '' : `${Math.round(maxRssBytes / 2 ** 20)} MB`
  return measured(what, 'lines per CPU second', 'more', goal, rates, note)
}

const timesOf = (layout: Layout, ours: ScanResult, theirs: ScanResult): Measurement => {
  const times = spreadOf(ours.rates).median / spreadOf(theirs.rates).median
  const goals: Readonly<Record<string, Goal>> = GOALS.scanTimes[layout]
  return measured(`statusline, ${layout}`, `× ${theirs.program}`, 'more', goals[theirs.program] ?? null, [times])
}

const checkCounts = async (file: CorpusFile): Promise<void> => {
  const counted = JSON.parse((await runBeside(process.execPath, [CHILD, file.path, 'check'])).stdout) as Counted
  if (counted.lines !== file.lines || counted.rejected !== 0)
    throw new Error(`${file.layout}: counted ${counted.lines} of ${file.lines} lines, rejected ${counted.rejected}`)
  checkStatuses('statusline', counted.byStatus, file)
  if (file.layout === 'ndjson') await checkCells(counted.cells, file)
}

/** What the scanner counts is what comes of parsing each line plainly. */
const checkCells = async (cells: string, file: CorpusFile): Promise<void> => {
  const { stdout } = await runBeside(process.execPath, [SPLIT_PARSE, file.path, 'check'])
  const plain = JSON.parse(stdout) as { cells: string }
  if (cells !== plain.cells) throw new Error(`${file.layout}: the cells are not those of split + JSON.parse`)
}

const checkStatuses = (program: string, byStatus: Readonly<Record<string, number>>, file: CorpusFile): void => {
  const [told, made] = [byStatus, file.byStatus].map((counts) => JSON.stringify(Object.entries(counts).sort()))
  if (told !== made) throw new Error(`${file.layout}: ${program} counted ${told}, written were ${made}`)
}

const measureOurs = async (file: CorpusFile, { runs, progress }: ScanOptions): Promise<ScanResult> => {
  const rates: number[] = []
  let maxRssBytes = 0
  for (let run = 0; run < runs; run++) {
    const { cpuSeconds, stdout } = await cpuTimeOf(process.execPath, [CHILD, file.path])
    rates.push(file.lines / cpuSeconds)
    maxRssBytes = Math.max(maxRssBytes, (JSON.parse(stdout) as Counted).maxRssBytes)
    progress(`statusline ${file.layout}: ${Math.round(rates.at(-1)!)} lines per CPU second`)
  }
  return { program: 'statusline', lines: file.lines, rates, maxRssBytes }
}

const measurePeer = async (peer: Peer, file: CorpusFile, options: ScanOptions): Promise<ScanResult> => {
  const lines = Math.min(file.lines, peer.maxLines ?? Infinity)
  const path = lines < file.lines ? await headOf(file.path, lines) : file.path
  const [command, ...args] = peer.command(path, file.layout, options.folder)
  const rates: number[] = []
  for (let run = 0; run < options.runs; run++) {
    const { cpuSeconds, stdout } = await cpuTimeOf(command, args)
    if (peer.byStatus !== undefined) checkStatuses(peer.name, peer.byStatus(stdout), file)
    rates.push(lines / cpuSeconds)
    options.progress(`${peer.name} ${file.layout}: ${Math.round(rates.at(-1)!)} lines per CPU second`)
  }
  return { program: peer.name, lines, rates, maxRssBytes: null }
}

/** The first lines of a file, in a file of their own. */
const headOf = async (path: string, lines: number): Promise<string> => {
  const head = createWriteStream(`${path}.head`)
  let left = lines
  for await (const line of createInterface({ input: createReadStream(path, 'latin1') })) {
    if (left-- === 0) break
    head.write(`${line}\n`, 'latin1')
  }
  head.end()
  await once(head, 'close')
  return `${path}.head`
}
