import { Fresh } from './fresh.js'

function setUp() {
  const state = { nowMs: 0, asked: 0, fails: false }
  const ask = (): Promise<number> => {
    state.asked++
    return state.fails ? Promise.reject(new Error('away')) : Promise.resolve(state.asked)
  }
  return { state, fresh: new Fresh(ask, 1_000, () => state.nowMs) }
}

describe('Fresh', () => {
  it('asks once for all who ask meanwhile, and again when the answer is old', async () => {
    const { state, fresh } = setUp()
    expect(await Promise.all([fresh.get(), fresh.get()])).toEqual([1, 1])
    state.nowMs = 999
    expect(await fresh.get()).toBe(1)
    state.nowMs = 1_000
    expect(await fresh.get()).toBe(2)
  })

  it('shares an answer that is still on its way, however long it takes', async () => {
    const state = { nowMs: 0, asked: 0 }
    const { promise, resolve: answer } = Promise.withResolvers<string>()
    const ask = (): Promise<string> => {
      state.asked++
      return promise
    }
    const fresh = new Fresh(ask, 1_000, () => state.nowMs)
    const first = fresh.get()
    state.nowMs = 5_000
    const second = fresh.get()
    answer('same')
    expect([await first, await second, state.asked]).toEqual(['same', 'same', 1])
    void fresh.get()
    expect(state.asked).toBe(2)
  })

  it('keeps no failure', async () => {
    const { state, fresh } = setUp()
    state.fails = true
    await expect(fresh.get()).rejects.toThrow('away')
    state.fails = false
    expect(await fresh.get()).toBe(2)
  })
})
