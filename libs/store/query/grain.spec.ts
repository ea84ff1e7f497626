import { conditionsOf, type Filter } from './filter.js'
import type { Dimension } from './dimension.js'
import { grainFor, ROLLUPS, SERIES, type Grain } from './grain.js'

describe('the grain of a question', () => {
  it.each<[string, Dimension[], Filter, Grain]>([
    ['rollups by service and code', ['service', 'code'], {}, ROLLUPS],
    [
      'rollups by all that they tell',
      ['source', 'gateway', 'service', 'code', 'class', 'outcome', 'owner'],
      {},
      ROLLUPS,
    ],
    ['rollups for one series of everything', [], { errorsOnly: true, code: [502] }, ROLLUPS],
    ['series by route', ['service', 'route'], {}, SERIES],
    ['series by method', ['method'], {}, SERIES],
    ['series by protocol', ['protocol'], {}, SERIES],
    ['series of one route', ['code'], { route: ['/cart'] }, SERIES],
    ['series of no route', ['code'], { route: [] }, SERIES],
  ])('%s', (_, by, filter, grain) => expect(grainFor(by, conditionsOf(filter, 100))).toBe(grain))
})
