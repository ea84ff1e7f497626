import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Layout } from '../corpus.js'

/** Another program that counts status codes of a log. */
export interface Peer {
  readonly name: string
  readonly layouts: readonly Layout[]
  /** Lines given to it; its rate falls with more where this is set. */
  readonly maxLines?: number
  /** The command for a file; `folder` is for what it needs beside. */
  command(file: string, layout: Layout, folder: string): readonly [string, ...string[]]
  /** The lines that it counted by status, from what it printed; absent: it does not tell them in a way that is read here. */
  byStatus?(printed: string): Readonly<Record<string, number>>
}

const PROGRAMS: Readonly<Record<Layout, string>> = {
  combined: String.raw`counter requests by method, status
histogram duration buckets 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10
/"(?P<method>[A-Z]+) \S+ HTTP\/[0-9.]+" (?P<status>\d{3}) \d+ .* rt=(?P<rt>\d+\.\d+)$/ {
  requests[$method][$status]++
  duration = $rt
}
`,
  ndjson: String.raw`counter requests by method, status
histogram duration buckets 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10000
/"method":"(?P<method>[A-Z]+)".*"status":(?P<status>\d{3}),.*"duration_ms":(?P<ms>\d+)/ {
  requests[$method][$status]++
  duration = $ms
}
`,
}

const mtail: Peer = {
  name: 'mtail',
  layouts: ['combined', 'ndjson'],
  command(file, layout, folder) {
    const programs = join(folder, `mtail-${layout}`)
    mkdirSync(programs, { recursive: true })
    writeFileSync(join(programs, 'requests.mtail'), PROGRAMS[layout])
    return [
      'mtail',
      '-one_shot',
      '-logtostderr',
      '-address',
      '127.0.0.1',
      '-port',
      '0',
      '-progs',
      programs,
      '-logs',
      file,
    ]
  },
}

export const SPLIT_PARSE = fileURLToPath(new URL('./split-parse.js', import.meta.url))

/** Always there: it comes along. */
const splitParse: Peer = {
  name: 'split + JSON.parse',
  layouts: ['ndjson'],
  command: (file) => [process.execPath, SPLIT_PARSE, file],
  byStatus: (printed) => (JSON.parse(printed) as { byStatus: Record<string, number> }).byStatus,
}

/** With all its panels. */
export const goaccess: Peer = {
  name: 'goaccess',
  layouts: ['combined'],
  maxLines: 200_000,
  command: (file, _, folder) => [
    'goaccess',
    file,
    '--no-global-config',
    '--no-progress',
    '--log-format=%h %^[%d:%t %^] "%r" %s %b "%R" "%u" rt=%T',
    '--date-format=%d/%b/%Y',
    '--time-format=%H:%M:%S',
    '-o',
    join(folder, 'goaccess.json'),
  ],
}

const mawk: Peer = {
  name: 'mawk {c[$9]++}',
  layouts: ['combined'],
  command: (file) => ['mawk', '{c[$9]++} END {for (s in c) print s, c[s]}', file],
  byStatus: (printed) =>
    Object.fromEntries(
      printed
        .trim()
        .split('\n')
        .map((line) => line.split(' '))
        .map(([status, count]) => [status, Number(count)]),
    ) as Record<string, number>,
}

/** The peers that are here. */
export const installedPeers = (): Peer[] => [splitParse, ...[mtail, goaccess, mawk].filter(isInstalled)]

export const isInstalled = ({ name }: Peer): boolean => {
  try {
    execFileSync('sh', ['-c', 'command -v "$0"', name.split(' ')[0]!], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
