import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Layout } from '../corpus.js'

/** Another program that counts status codes of a log. */
export interface Peer {
  readonly name: string
  readonly layouts: readonly Layout[]
  /** Lines given to it; its rate falls with more where this is set. */
  readonly maxLines?: number
  /** The command for a file; `folder` is for what it needs beside. */
  command(file: string, layout: Layout, folder: string): readonly [string, ...string[]]
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

const goaccess: Peer = {
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
}

/** The peers that are installed here. */
export const installedPeers = (): Peer[] =>
  [mtail, goaccess, mawk].filter((peer) => isInstalled(peer.name.split(' ')[0]!))

const isInstalled = (program: string): boolean => {
  try {
    execFileSync('sh', ['-c', 'command -v "$0"', program], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
