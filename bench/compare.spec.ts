import { compare } from './compare.js'
import type { Measurement } from './measurement.js'
import { spreadOf } from './statistics.js'

const measured = (values: number[], better: 'more' | 'less' = 'more'): Measurement => ({
  what: 'posts',
  unit: 'requests/s',
  spread: spreadOf(values),
  better,
  floor: null,
  aim: null,
  note: '',
})

const verdictOf = (before: Measurement, after: Measurement): string =>
  compare({ machine: 'm', at: '1', measurements: [before] }, { machine: 'm', at: '2', measurements: [after] })
    .split('\n')
    .at(-1)!

describe('two reports', () => {
  it.each<[string, number[], number[], 'more' | 'less', RegExp]>([
    ['a gain', [100, 101, 102], [120, 121, 122], 'more', /1\.20 +better$/],
    ['a loss', [100, 101, 102], [80, 81, 82], 'more', /0\.80 +WORSE$/],
    ['less of what should be little', [100, 101, 102], [80, 81, 82], 'less', /better$/],
    ['ranges that overlap', [90, 100, 130], [120, 125, 140], 'more', /within noise$/],
    ['medians that hardly differ', [100, 100, 100], [104, 104, 104], 'more', /within noise$/],
  ])('tell %s', (_, before, after, better, words) =>
    expect(verdictOf(measured(before, better), measured(after, better))).toMatch(words),
  )
})
