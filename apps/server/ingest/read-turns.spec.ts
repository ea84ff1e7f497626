import { ReadTurns } from './read-turns.js'

const nextTurn = (): Promise<void> => new Promise(setImmediate)

describe('ReadTurns', () => {
  it('holds nothing up while turns are short', async () => {
    let nowMs = 0
    const turns = new ReadTurns(() => nowMs)
    const body = turns.begin()
    for (let chunk = 0; chunk < 1_000; chunk++) {
      expect(turns.room(body)).toBeNull()
      nowMs += 90
      await nextTurn()
    }
  })

  it('lets a few bodies go on in each turn behind a long one, those that began first', async () => {
    let nowMs = 0
    const turns = new ReadTurns(() => nowMs)
    const bodies = Array.from({ length: 20 }, () => turns.begin())
    expect(turns.room(bodies[0]!)).toBeNull()
    nowMs += 100
    const wentOn: number[] = []
    for (const body of bodies.toReversed()) void turns.room(body)!.then(() => wentOn.push(body))
    const turnsSeen: number[][] = []
    while (wentOn.length < 20) {
      await nextTurn()
      turnsSeen.push([...wentOn])
    }
    expect(wentOn).toEqual(bodies)
    expect(turnsSeen.map(({ length }) => length).filter((length) => length > 0)).toEqual([8, 16, 20])
    await nextTurn()
    expect(turns.room(bodies[0]!)).toBeNull()
  })

  it('lets who comes in time pass those that wait', () => {
    let nowMs = 0
    const turns = new ReadTurns(() => nowMs)
    void turns.room(turns.begin())
    nowMs += 100
    expect(turns.room(turns.begin())).not.toBeNull()
    nowMs -= 50
    expect(turns.room(turns.begin())).toBeNull()
  })
})
