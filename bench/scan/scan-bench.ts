import { execFileSync } from 'node:child_process'
import { createReadStream, createWriteStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { once } from 'node:events'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { LAYOUTS, writeCorpus, type CorpusFile, type Layout } from '../corpus.js'
import { cpuTimeOf } from '../cpu-time.js'
import { spreadOf, type Spread } from '../statistics.js'
import { installedPeers, type Peer } from './peers.js'

const CHILD = fileURLToPath(new URL('./scan-child.js', import.meta.url))

/** One program on one file: lines per second of CPU time. */
export interface ScanResult {
  readonly program: string
  readonly layout: Layout
  readonly lines: number
  readonly linesPerCpuSecond: Spread
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
}

/** Measures the scanner beside its peers, on the same files in the same run. Throws where a count is wrong. */
export const benchScan = async (options: ScanOptions): Promise<ScanResult[]> => {
  const results: ScanResult[] = []
  for (const layout of LAYOUTS) {
    options.progress(`writing ${options.lines} ${layout} lines`)
    const file = await writeCorpus(join(options.folder, `${layout}.log`), layout, options.lines)
    checkCounts(file)
    results.push(await measureOurs(file, options))
    if (!options.withPeers) continue
    for (const peer of installedPeers()) {
      if (peer.layouts.includes(layout)) results.push(await measurePeer(peer, file, options))
    }
  }
  return results
}

const checkCounts = (file: CorpusFile): void => {
  const counted = JSON.parse(
    execFileSync(process.execPath, [CHILD, file.path, 'check'], { encoding: 'utf8' }),
  ) as Counted
  const [told, made] = [counted.byStatus, file.byStatus].map((counts) => JSON.stringify(Object.entries(counts).sort()))
  if (counted.lines !== file.lines || counted.rejected !== 0 || told !== made) {
    throw new Error(`${file.layout}: counted ${counted.lines} lines ${told}, written were ${file.lines} ${made}`)
  }
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
  const linesPerCpuSecond = spreadOf(rates)
  return { program: 'statusline', layout: file.layout, lines: file.lines, linesPerCpuSecond, maxRssBytes }
}

const measurePeer = async (peer: Peer, file: CorpusFile, options: ScanOptions): Promise<ScanResult> => {
  const lines = Math.min(file.lines, peer.maxLines ?? Infinity)
  const path = lines < file.lines ? await headOf(file.path, lines) : file.path
  const [command, ...args] = peer.command(path, file.layout, options.folder)
  const rates: number[] = []
  for (let run = 0; run < options.runs; run++) {
    rates.push(lines / (await cpuTimeOf(command, args)).cpuSeconds)
    options.progress(`${peer.name} ${file.layout}: ${Math.round(rates.at(-1)!)} lines per CPU second`)
  }
  return { program: peer.name, layout: file.layout, lines, linesPerCpuSecond: spreadOf(rates), maxRssBytes: null }
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
