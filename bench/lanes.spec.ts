import { inLanes } from './lanes.js'

describe('works in lanes', () => {
  const began: number[] = []
  const ended: number[] = []
  let underWay = 0
  let most = 0
  const work = (name: number, turns: number) => async (): Promise<number> => {
    began.push(name)
    most = Math.max(most, ++underWay)
    for (let turn = 0; turn < turns; turn++) await Promise.resolve()
    underWay--
    ended.push(name)
    if (turns === 3) throw new Error(`work ${name}`)
    return name
  }
  beforeEach(() => {
    began.length = ended.length = 0
    most = 0
  })

  it.each([
    [1, 1],
    [2, 2],
    [9, 4],
  ])('begin in order, %i at a time, and tell what each did in that order', async (lanes, expected) => {
    expect(await inLanes(lanes, [work(1, 20), work(2, 1), work(3, 5), work(4, 1)])).toEqual([1, 2, 3, 4])
    expect(began).toEqual([1, 2, 3, 4])
    expect(most).toBe(expected)
  })

  it('end with the first failure, after what runs beside it, and begin no other', async () => {
    await expect(inLanes(2, [work(1, 3), work(2, 20), work(3, 1)])).rejects.toThrow('work 1')
    expect(began).toEqual([1, 2])
    expect(ended).toEqual([1, 2])
  })
})
