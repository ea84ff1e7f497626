import { type Level } from './level.js'
import { defaultRules, type Rule } from './rule.js'
import { normalUpTo } from './window-detector.js'

const rule = defaultRules[0] as Rule
const level = (rate: number, slots = 60): Level => ({ bad: rate * 1e9, total: 1e9, slots })

describe('normalUpTo', () => {
  const cases: readonly (readonly [sentence: string, level: Level, upTo: number])[] = [
    ['a service that never failed may fail two percent', level(0), 0.02],
    ['a tenth of a percent plus two', level(0.001), 0.021],
    ['three times a normal of five percent', level(0.05), 0.15],
    ['half of the way to everything where half fails as always', level(0.5), 0.75],
    ['never everything, even where everything fails', level(0.999), 0.9995],
    ['ten percent for a service that was never seen', level(0, 0), 0.1],
    ['less the better it is known', level(0, 30), 0.05],
  ]
  it.each(cases)('%s', (_sentence, known, upTo) => {
    expect(normalUpTo(rule, known)).toBeCloseTo(upTo, 6)
  })
})
