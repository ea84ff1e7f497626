import { nearest } from './nearest.js'

describe('nearest', () => {
  it.each<[word: string, candidates: readonly string[], found: string | undefined]>([
    ['prot', ['host', 'port'], 'port'],
    ['ROL', ['ROLE', 'DATA'], 'ROLE'],
    ['FOO', ['ROLE', 'DATA'], undefined],
    ['bodyByte', ['bodyBytes', 'headerBytes'], 'bodyBytes'],
    ['timeZone', ['timezone'], 'timezone'],
    ['x', [], undefined],
  ])('%s among %j is %s', (word, candidates, found) => expect(nearest(word, candidates)).toBe(found))
})
