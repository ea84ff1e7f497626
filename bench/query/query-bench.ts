import type { Pool } from 'pg'
import { withDataFolder } from '../load/data-folder.js'
import { ServerProcess } from '../load/server-process.js'
import { GOALS, type Goal } from '../goals.js'
import { measured, type Measurement } from '../measurement.js'
import { Random } from '../random.js'
import { percentile } from '../statistics.js'
import { ask, check } from './answers.js'
import { labelsOf } from './labels.js'
import { QUESTION_KINDS, questionOf, type QuestionKind } from './questions.js'
import { bytesPerMillion, foldTraffic, looseShare, packClosed, type Folded } from './stored-cells.js'
import { storeMonth, type Stored } from './stored-month.js'

const SEED = 20_261_124
const HOUR_MS = 3_600_000

export interface QueryOptions {
  readonly folder: string
  readonly series: number
  readonly runs: number
  /** Of each kind, in each run. */
  readonly questions: number
  /** Hours in which cells are folded to see how much room they take. */
  readonly hours: number
  readonly progress: (line: string) => void
}

/** Folds cells and measures their size, then fills a month and asks for it over GraphQL. Throws where an answer is wrong. */
export const benchQuery = (options: QueryOptions): Promise<Measurement[]> =>
  withDataFolder(options.folder, async (data) => {
    const { stored, made } = await storeMonth(data, (pool, url, nowMs) => measureCells(pool, url, nowMs, options))
    const server = await ServerProcess.start(data)
    try {
      return [...made, ...(await askAll(server.url, stored, options))]
    } finally {
      await server.stop()
    }
  })

const ROUNDS = 5
const TIERS = ['10s', '1m', '1h', '1d'] as const
/** Cells of a series that is always active, at default retention. */
const CELLS_OF_SERIES = { '10s': 17_280, '1m': 21_600, '1h': 9_600, '1d': 1_830 } as const

const measureCells = async (
  pool: Pool,
  url: string,
  nowMs: number,
  { series, hours, progress }: QueryOptions,
): Promise<Measurement[]> => {
  const lastHour = Math.floor(nowMs / HOUR_MS) - 1
  const bucketsMs = Array.from({ length: hours }, (_, hour) => (lastHour - hours + hour) * HOUR_MS)
  const folded = await foldTraffic(pool, labelsOf(series), bucketsMs, ROUNDS)
  progress(`folded ${folded.rows} rows in ${folded.seconds.toFixed(1)} s`)
  return [...foldMeasurements(folded), ...(await sizeMeasurements(pool, url, nowMs))]
}

const foldMeasurements = ({ rows, seconds, cpuSeconds }: Folded): Measurement[] => [
  measured('fold of 10 k series: rows written', 'rows/s', 'more', null, [rows / seconds]),
  measured('fold of 10 k series: CPU time of the folder', 's per million rows', 'less', null, [
    (cpuSeconds / rows) * 1e6,
  ]),
]

const YEARS_MS = 3 * 366 * 24 * HOUR_MS

/** Cells as folds leave them, the same ones packed, and what they take on average where both are held at default retention. */
const sizeMeasurements = async (pool: Pool, url: string, nowMs: number): Promise<Measurement[]> => {
  const sizes = (): Promise<number[]> => Promise.all(TIERS.map((tier) => bytesPerMillion(pool, tier)))
  const loose = await sizes()
  await packClosed(pool, url, nowMs + YEARS_MS)
  const packed = await sizes()
  const shares = TIERS.map(looseShare)
  const mean = TIERS.map((_, at) => shares[at]! * loose[at]! + (1 - shares[at]!) * packed[at]!)
  const cells = Object.values(CELLS_OF_SERIES)
  const held = mean.reduce((sum, bytes, at) => sum + (bytes / 1e6) * cells[at]!, 0)
  return [
    disk('with indexes, all tiers at default retention', GOALS.diskMegabytes, (held / sum(cells)) * 1e6),
    ...TIERS.flatMap((tier, at) => [
      disk(`of ${tier}, at default retention`, GOALS.diskMegabytes, mean[at]!),
      disk(`of ${tier}, while folds change them (${(shares[at]! * 100).toFixed(1)} % of them)`, null, loose[at]!),
      disk(`of ${tier}, packed`, null, packed[at]!),
    ]),
    measured('disk of 10 k series that are always active, at default retention', 'GB', 'less', null, [
      (held * 10_000) / 1e9,
    ]),
  ]
}

const disk = (what: string, goal: Goal | null, bytes: number): Measurement =>
  measured(`disk of 1 M cells ${what}`, 'MB', 'less', goal, [bytes / 1e6])

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)

const WARM_UP = 3

const askAll = async (
  url: string,
  stored: Stored,
  { runs, questions, progress }: QueryOptions,
): Promise<Measurement[]> => {
  const random = new Random(SEED)
  const taken = QUESTION_KINDS.map((kind) => ({ kind, runs: [] as number[][] }))
  for (const { kind } of taken) await askSome(url, kind, stored, WARM_UP, random)
  for (let run = 1; run <= runs; run++)
    for (const { kind, runs } of taken) {
      runs.push((await askSome(url, kind, stored, questions, random)).toSorted((a, b) => a - b))
      progress(`${kind.what}: p95 ${percentile(runs.at(-1)!, 0.95).toFixed(0)} ms`)
    }
  return taken.flatMap(({ kind: { what, goal }, runs }) => [
    measured(
      `breakdown ${what}: p50`,
      'ms',
      'less',
      null,
      runs.map((ms) => percentile(ms, 0.5)),
    ),
    measured(
      `breakdown ${what}: p95`,
      'ms',
      'less',
      goal,
      runs.map((ms) => percentile(ms, 0.95)),
    ),
  ])
}

const askSome = async (
  url: string,
  kind: QuestionKind,
  stored: Stored,
  questions: number,
  random: Random,
): Promise<number[]> => {
  const taken: number[] = []
  for (let place = 0; place < questions; place++) {
    const question = questionOf(kind, stored.series, stored.nowMs, random)
    const { answer, ms } = await ask(url, question)
    check(question, answer, stored.series, stored.stretch)
    taken.push(ms)
  }
  return taken
}
