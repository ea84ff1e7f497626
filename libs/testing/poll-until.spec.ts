import { DrivenClock, freePort, pollUntil } from './index.js'

describe('pollUntil', () => {
  it('returns the first real answer, through exceptions and empty answers', async () => {
    const answers = [
      () => undefined,
      () => {
        throw new Error('not yet')
      },
      () => false,
      () => 0,
    ]
    let asked = 0
    const found = await pollUntil(() => answers[asked++]?.(), { deadlineMs: 5_000, everyMs: 1, what: 'a number' })
    expect({ found, asked }).toEqual({ found: 0, asked: 4 })
  })

  it('names what it waited for and the last exception', async () => {
    const refusal = 'connection refused'
    const ask = () => Promise.reject(new Error(refusal))
    await expect(pollUntil(ask, { deadlineMs: 5, everyMs: 1, what: 'the server' })).rejects.toThrow(
      /in vain for the server .*connection refused/,
    )
  })
})

describe('DrivenClock', () => {
  it('moves only when driven, and only the wall time jumps', () => {
    const clock = new DrivenClock(1_000)
    clock.advance(500)
    clock.jumpTo(200)
    expect([clock.now(), clock.monotonicMs()]).toEqual([200, 500])
    expect(() => clock.advance(-1)).toThrow('does not go back')
  })
})

describe('freePort', () => {
  it('gives a usable port number', async () => {
    expect(await freePort()).toBeGreaterThan(1_023)
  })
})
