import { readFileSync } from 'node:fs'
import { TIMED_QUESTIONS } from './question-times.js'

describe('docs/metrics.md', () => {
  it('names the questions that are measured, each once', () => {
    const [, list = ''] = /apart by `question`: ([^.]*)\./.exec(readFileSync('docs/metrics.md', 'utf8')) ?? []
    expect([...list.matchAll(/`(\w+)`/g)].map(([, name]) => name)).toEqual([...TIMED_QUESTIONS])
  })
})
