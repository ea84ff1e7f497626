import { GOALS, type Goal } from './goals.js'
import { measured } from './measurement.js'
import { tableOf } from './report.js'

const lineOf = (value: number, better: 'more' | 'less', goal: Goal | null): string =>
  tableOf({ machine: 'm', at: '1', measurements: [measured('posts', 'n', better, goal, [value])] })
    .split('\n')
    .at(-1)!

describe('a report', () => {
  it.each<[string, number, 'more' | 'less', Goal | null, RegExp]>([
    ['less than the floor', 9, 'more', { floor: 10, aim: 20 }, /≥ 10 +≥ 20 +FALLS SHORT$/],
    ['the floor', 10, 'more', { floor: 10, aim: 20 }, /≥ 10 +≥ 20 +floor reached$/],
    ['the aim', 20, 'more', { floor: 10, aim: 20 }, /≥ 10 +≥ 20 +aim reached$/],
    ['more than should be', 31, 'less', { floor: 30, aim: 20 }, /≤ 30 +≤ 20 +FALLS SHORT$/],
    ['as little as must be', 30, 'less', { floor: 30, aim: 20 }, /≤ 30 +≤ 20 +floor reached$/],
    ['a floor without an aim', 10, 'more', { floor: 10, aim: null }, /≥ 10 +floor reached$/],
    ['an aim without a floor', 10, 'more', { floor: null, aim: 20 }, /≥ 20 +short of the aim$/],
    ['nothing to be held against', 10, 'more', null, /posts, n +10$/],
  ])('tells %s', (_, value, better, goal, words) => expect(lineOf(value, better, goal)).toMatch(words))
})

describe('goals', () => {
  const all = (held: object): Goal[] =>
    'floor' in held ? [held as Goal] : Object.values(held as Record<string, object>).flatMap(all)

  it('name a floor or an aim each', () => {
    const goals = all(GOALS)
    expect(goals.length).toBeGreaterThan(20)
    for (const { floor, aim } of goals) expect(floor ?? aim).not.toBeNull()
    expect(GOALS.scan.ndjson).toEqual({ floor: 1_300_000, aim: 2_300_000 })
  })
})
