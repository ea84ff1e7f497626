import { JournalUnavailable } from '#store'
import { AppendHealth } from './append-health.js'

const lost = (): Promise<never> => Promise.reject(new JournalUnavailable('no space left on device'))

function stage() {
  const state = { nowMs: 0, full: false, writes: 0 }
  const write = async (): Promise<void> => {
    state.writes++
    if (state.full) throw new Error('could not extend file')
  }
  return { state, health: new AppendHealth(write, () => state.nowMs) }
}

describe('the readiness of appends', () => {
  it('ends with an append that failed and returns with one that succeeds', async () => {
    const { state, health } = stage()
    await health.watch(Promise.resolve())
    expect(await health.readiness()).toBeNull()
    await expect(health.watch(lost())).rejects.toThrow('no space')
    state.nowMs = 1
    await expect(health.watch(lost())).rejects.toThrow('no space')
    expect(await health.readiness()).toBe('append_failing')
    state.nowMs = 2
    await health.watch(Promise.resolve())
    expect(await health.readiness()).toBeNull()
    expect(state.writes).toBe(0)
  })

  it('does not blame the database for a batch at fault', async () => {
    const { health } = stage()
    await health.watch(Promise.resolve())
    await expect(health.watch(Promise.reject(new Error('odd batch')))).rejects.toThrow('odd')
    expect(await health.readiness()).toBeNull()
  })

  it('is found out by a write of its own where nothing is sent, at most every 10 s', async () => {
    const { state, health } = stage()
    for (const nowMs of [0, 9_999]) {
      state.nowMs = nowMs
      expect(await health.readiness()).toBeNull()
    }
    expect(state.writes).toBe(1)
    state.nowMs = 10_000
    state.full = true
    expect(await health.readiness()).toBe('append_failing')
    state.full = false
    state.nowMs = 20_000
    expect(await health.readiness()).toBeNull()
    expect(state.writes).toBe(3)
  })

  it('returns by the probe where senders have gone away after a failure', async () => {
    const { state, health } = stage()
    await expect(health.watch(lost())).rejects.toThrow('no space')
    state.nowMs = 9_999
    expect(await health.readiness()).toBe('append_failing')
    state.nowMs = 10_000
    state.full = true
    expect(await health.readiness()).toBe('append_failing')
    state.full = false
    state.nowMs = 20_000
    expect(await health.readiness()).toBeNull()
  })
})
