import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runBeside } from '../beside.js'
import { LAYOUTS, writeCorpus, type CorpusFile } from '../corpus.js'
import type { ServerProcess } from '../load/server-process.js'
import { withServer } from '../load/with-server.js'
import { measured, type Measurement } from '../measurement.js'
import { GOALS } from '../goals.js'
import { goaccess, isInstalled } from '../scan/peers.js'

const CLI = fileURLToPath(new URL('../../apps/cli/main.js', import.meta.url))

export interface ReplayOptions {
  readonly folder: string
  readonly lines: number
  readonly runs: number
  readonly withPeers: boolean
  readonly progress: (line: string) => void
}

/** Times `statusline replay FILE`, from its start to its end, into a running server. Throws where a count is wrong. */
export const benchReplay = async (options: ReplayOptions): Promise<Measurement[]> => {
  const files: CorpusFile[] = []
  for (const layout of LAYOUTS)
    files.push(await writeCorpus(join(options.folder, `replay.${layout}.log`), layout, options.lines))
  const ours = await withServer(options.folder, async (server) => {
    const measurements: Measurement[] = []
    for (const file of files) measurements.push(await measure(server, file, options))
    return measurements
  })
  const [combined] = files
  if (!options.withPeers || !isInstalled(goaccess)) return ours
  return [...ours, ...(await measureGoaccess(combined!, ours[0]!, options))]
}

const measure = async (server: ServerProcess, file: CorpusFile, options: ReplayOptions): Promise<Measurement> => {
  const rates: number[] = []
  // The first run of several warms the server up.
  const warmUp = options.runs > 1 ? 1 : 0
  for (let run = 0; run < warmUp + options.runs; run++) {
    const beganAt = performance.now()
    await replay(server, file, `${file.layout}-${run}`)
    const rate = file.lines / ((performance.now() - beganAt) / 1000)
    options.progress(`replay ${file.layout}: ${Math.round(rate)} lines/s`)
    if (run >= warmUp) rates.push(rate)
  }
  const goal = file.layout === 'combined' ? GOALS.replay : null
  return measured(`statusline replay, ${inWords(file)}`, 'lines/s', 'more', goal, rates)
}

const inWords = ({ layout, lines }: CorpusFile): string => `${layout}, ${lines.toLocaleString('en-US')} lines`

/** Once: it takes minutes for the file, and hardly varies. */
const measureGoaccess = async (file: CorpusFile, ours: Measurement, options: ReplayOptions): Promise<Measurement[]> => {
  const [command, ...args] = goaccess.command(file.path, file.layout, options.folder)
  const beganAt = performance.now()
  await runBeside(command, args)
  const rate = file.lines / ((performance.now() - beganAt) / 1000)
  options.progress(`goaccess ${file.layout}: ${Math.round(rate)} lines/s`)
  return [
    measured(`goaccess, ${inWords(file)}`, 'lines/s', 'more', null, [rate], 'one run'),
    measured('statusline replay, combined', '× goaccess', 'more', GOALS.replayTimesGoaccess, [
      ours.spread.median / rate,
    ]),
  ]
}

const replay = async (server: ServerProcess, file: CorpusFile, source: string): Promise<void> => {
  const { PATH, HOME } = process.env
  const { stdout, stderr } = await runBeside(process.execPath, [CLI, 'replay', file.path, '--source', source], {
    env: { PATH, HOME, STATUSLINE_URL: server.url },
  })
  const told = `${stdout}${stderr}`
  if (!told.includes(`${file.lines} accepted, 0 duplicate, 0 rejected`))
    throw new Error(`${file.lines} ${file.layout} lines were replayed, and the command said: ${told}`)
}
