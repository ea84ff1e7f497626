import { setTimeout as wait } from 'node:timers/promises'
import { ask, check } from '../query/answers.js'
import { QUESTION_KINDS, type Question, type QuestionKind } from '../query/questions.js'
import type { Stored } from '../query/stored-month.js'
import { Random } from '../random.js'

/** What an open dashboard asks every few seconds. */
const DASHBOARD = `{
  breakdown(range: {last: "1h"}, by: [SERVICE, CODE]) { total { count errors throttled denominator } rows { service code counts { count } } }
  timeSeries(range: {last: "1h"}, by: [CLASS], step: "1m") { series { key { class } points { at counts { count } } } }
  sources { name lagMs health ledger { received accepted duplicate rejected shed } }
}`
const DASHBOARDS = 10
const EVERY_MS = 5_000

/** The month that somebody asks for all the time. */
const MONTH: QuestionKind = QUESTION_KINDS.find(({ what }) => what === 'by service, code: 30 d')!
const DAY_MS = 86_400_000

/** What the readers were answered. */
export interface Read {
  readonly dashboards: number
  /** How long each month took, ms. */
  readonly monthMs: readonly number[]
}

/** Ten dashboards poll and one reader asks for 30 days, again and again, while `work` runs. Throws where an answer is wrong. */
export const whileReading = async <Result>(
  url: string,
  stored: Stored,
  seed: number,
  work: () => Promise<Result>,
): Promise<{ result: Result; read: Read }> => {
  const ended = new AbortController()
  const taken = { dashboards: 0, monthMs: [] as number[] }
  const dashboards = Array.from({ length: DASHBOARDS }, async (_, place) => {
    for (let next = (place * EVERY_MS) / DASHBOARDS; await pause(next, ended.signal); next = EVERY_MS) {
      await poll(url)
      taken.dashboards++
    }
  })
  const months = async (): Promise<void> => {
    const random = new Random(seed)
    while (!ended.signal.aborted) taken.monthMs.push(await askMonth(url, stored, random))
  }
  const readers = Promise.all([...dashboards, months()])
  // A reader that fails ends all: it must not be left until the work has ended.
  const [result] = await Promise.all([work().finally(() => ended.abort()), readers])
  return { result, read: taken }
}

/** Whether the pause was had; not where the signal came first. */
const pause = (ms: number, signal: AbortSignal): Promise<boolean> => wait(ms, true, { signal }).catch(() => false)

const poll = async (url: string): Promise<void> => {
  const headers = { 'content-type': 'application/json' }
  const reply = await fetch(`${url}/graphql`, { method: 'POST', headers, body: JSON.stringify({ query: DASHBOARD }) })
  const { data, errors } = (await reply.json()) as { data?: { sources?: unknown[] }; errors?: unknown }
  if (errors !== undefined || (data?.sources ?? []).length === 0)
    throw new Error(`a dashboard was not answered: ${JSON.stringify(errors)}`)
}

/** The sources of the month are named: another one is loaded meanwhile. */
const askMonth = async (url: string, { series, nowMs, stretch }: Stored, random: Random): Promise<number> => {
  const toMs = nowMs - random.below(DAY_MS)
  const source = [...new Set(series.map((one) => one.source))]
  const question: Question = { kind: MONTH, fromMs: toMs - MONTH.lengthMs, toMs, filter: { source } }
  const { answer, ms } = await ask(url, question)
  check(question, answer, series, stretch)
  return ms
}
