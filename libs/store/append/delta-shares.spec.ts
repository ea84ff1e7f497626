import { deltaShares } from './delta-shares.js'

const batch = (source: string, series: number) => ({ source, series })
const shares = (batches: readonly ReturnType<typeof batch>[]) =>
  deltaShares(batches, ({ series }) => series, 10).map((share) =>
    share.map(({ source, series }) => `${source}${series}`),
  )

describe('deltaShares', () => {
  it.each([
    ['nothing is one delta, for its ledger', [], [[]]],
    ['what fits stays as it came', [batch('a', 3), batch('b', 4), batch('a', 3)], [['a3', 'b4', 'a3']]],
    [
      'past that those of one source go together',
      [batch('a', 5), batch('b', 6), batch('a', 4)],
      [['a5', 'a4'], ['b6']],
    ],
    ['one that is too large stands alone', [batch('a', 2), batch('a', 25), batch('a', 3)], [['a2'], ['a25'], ['a3']]],
  ])('%s', (_, batches, expected) => expect(shares(batches)).toEqual(expected))
})
