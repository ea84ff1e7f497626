import { Random } from '../random.js'
import { labelsOf } from './labels.js'
import { passes, QUESTION_KINDS, questionOf, type StoredSeries } from './questions.js'

describe('the series of the query benchmark', () => {
  it.each([100, 1_000, 10_000])('are %i, no two the same', (count) => {
    const labels = labelsOf(count)
    expect(labels).toHaveLength(count)
    expect(new Set(labels.map((own) => JSON.stringify(own))).size).toBe(count)
  })

  it('are known without their routes and methods by a twentieth of their number', () => {
    const rollups = labelsOf(10_000).map(({ source, service, code }) => `${source} ${service} ${code}`)
    expect(new Set(rollups).size).toBe(450)
  })
})

describe('the questions of the query benchmark', () => {
  const series = labelsOf(1_000).map((own, id): StoredSeries => ({ ...own, id, isError: own.code >= 500 }))
  const ask = (seed: number) => {
    const random = new Random(seed)
    return QUESTION_KINDS.flatMap((kind) => Array.from({ length: 20 }, () => questionOf(kind, series, 1e12, random)))
  }

  it('are the same for the same seed, and never twice the same', () => {
    const questions = ask(1).map((question) => JSON.stringify(question))
    expect(ask(1).map((question) => JSON.stringify(question))).toEqual(questions)
    expect(new Set(questions).size).toBe(questions.length)
  })

  it('are about some of the series, or all', () => {
    for (const { filter } of ask(1)) expect(series.some((own) => passes(own, filter))).toBe(true)
  })
})
