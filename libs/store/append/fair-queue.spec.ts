import { FairQueue } from './fair-queue.js'

function queue(...items: readonly string[]): FairQueue<string> {
  const made = new FairQueue<string>()
  for (const item of items) made.push(item[0] ?? '', 10, item)
  return made
}

describe('FairQueue', () => {
  it('takes from its lanes in turns, up to a number and a weight', () => {
    const turns = queue('a1', 'a2', 'a3', 'b1')
    expect(turns.take(3, 1_000)).toEqual(['a1', 'b1', 'a2'])
    expect([turns.length, turns.weight]).toEqual([1, 10])
    expect(queue('a1', 'a2', 'a3').take(9, 25)).toEqual(['a1', 'a2'])
  })

  it('keeps the order of a lane alone, which may be long, and its turns beside others', () => {
    const alone = queue()
    const taken: string[] = []
    for (let n = 0; n < 3_000; n++) {
      alone.push('a', 10, `a${n}`)
      alone.push('a', 10, `a${n}'`)
      taken.push(...alone.take(1, 10))
    }
    alone.push('b', 10, 'b')
    expect(alone.take(3, 1_000)).toEqual(['a1500', 'b', "a1500'"])
    expect(taken).toEqual(Array.from({ length: 1_500 }, (_, n) => [`a${n}`, `a${n}'`]).flat())
    expect(alone.take(9_999, 1e6)).toHaveLength(2_998)
    expect([alone.length, alone.weight]).toEqual([0, 0])
  })

  it('gives up what is over of a lane that was read in part', () => {
    const left = queue('a1', 'a2', 'a3')
    left.take(1, 10)
    expect(left.expire((item) => item === 'a2')).toEqual(['a2'])
    expect(left.take(9, 1_000)).toEqual(['a3'])
  })

  it('gives up what is over, of every lane, and keeps the turns of the rest', () => {
    const left = queue('a1', 'a2', 'a3', 'b1', 'c1', 'c2')
    left.take(1, 10)
    expect(left.expire((item) => ['a2', 'b1', 'c1'].includes(item))).toEqual(['b1', 'c1', 'a2'])
    expect([left.length, left.weight]).toEqual([2, 20])
    expect(left.take(9, 1_000)).toEqual(['c2', 'a3'])
    expect([left.length, left.weight]).toEqual([0, 0])
  })

  it('gives up nothing where nothing is over', () => {
    const whole = queue('a1', 'b1')
    expect(whole.expire(() => false)).toEqual([])
    expect(whole.take(9, 1_000)).toEqual(['a1', 'b1'])
  })
})
