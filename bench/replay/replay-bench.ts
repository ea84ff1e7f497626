import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { LAYOUTS, writeCorpus, type CorpusFile } from '../corpus.js'
import type { ServerProcess } from '../load/server-process.js'
import { withServer } from '../load/with-server.js'
import type { Measurement } from '../measurement.js'
import { spreadOf } from '../statistics.js'

const CLI = fileURLToPath(new URL('../../apps/cli/main.js', import.meta.url))
/** Lines a second of the whole command. */
const FLOOR = 1_000_000

export interface ReplayOptions {
  readonly folder: string
  readonly lines: number
  readonly runs: number
  readonly progress: (line: string) => void
}

/** Times `statusline replay FILE`, from its start to its end, into a running server. Throws where a count is wrong. */
export const benchReplay = (options: ReplayOptions): Promise<Measurement[]> =>
  withServer(options.folder, async (server) => {
    const measurements: Measurement[] = []
    for (const layout of LAYOUTS) {
      const file = await writeCorpus(join(options.folder, `replay.${layout}.log`), layout, options.lines)
      measurements.push(await measure(server, file, options))
    }
    return measurements
  })

const measure = async (server: ServerProcess, file: CorpusFile, options: ReplayOptions): Promise<Measurement> => {
  const rates: number[] = []
  // The first run warms the server up.
  for (let run = 0; run <= options.runs; run++) {
    const beganAt = performance.now()
    await replay(server, file, `${file.layout}-${run}`)
    const rate = file.lines / ((performance.now() - beganAt) / 1000)
    options.progress(`replay ${file.layout}: ${Math.round(rate)} lines/s`)
    if (run > 0) rates.push(rate)
  }
  return {
    what: `statusline replay, ${file.layout}, ${file.lines.toLocaleString('en-US')} lines`,
    unit: 'lines/s',
    spread: spreadOf(rates),
    better: 'more',
    floor: FLOOR,
    note: '',
  }
}

const replay = async (server: ServerProcess, file: CorpusFile, source: string): Promise<void> => {
  const { PATH, HOME } = process.env
  const { stdout, stderr } = await promisify(execFile)(
    process.execPath,
    [CLI, 'replay', file.path, '--source', source],
    { env: { PATH, HOME, STATUSLINE_URL: server.url } },
  )
  const told = `${stdout}${stderr}`
  if (!told.includes(`${file.lines} accepted, 0 duplicate, 0 rejected`))
    throw new Error(`${file.lines} ${file.layout} lines were replayed, and the command said: ${told}`)
}
