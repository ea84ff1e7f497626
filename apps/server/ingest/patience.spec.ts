import { jest } from '@jest/globals'
import { LATE } from '../within.js'
import { Patience } from './patience.js'

const never = (): Promise<never> => new Promise(() => undefined)

beforeEach(() => jest.useFakeTimers())
afterEach(() => jest.useRealTimers())

describe('Patience', () => {
  it('ends as the work does', async () => {
    const patience = new Patience(100)
    expect(await patience.within(Promise.resolve('done'))).toBe('done')
    await expect(patience.within(Promise.reject(new Error('broken')))).rejects.toThrow('broken')
  })

  it('gives each wait its own time', async () => {
    const patience = new Patience(100)
    const ended: string[] = []
    const wait = (name: string) =>
      void patience.within(never()).then((result) => ended.push(`${name} ${result === LATE ? 'late' : 'done'}`))
    wait('first')
    await jest.advanceTimersByTimeAsync(60)
    wait('second')
    await jest.advanceTimersByTimeAsync(39)
    expect(ended).toEqual([])
    await jest.advanceTimersByTimeAsync(1)
    expect(ended).toEqual(['first late'])
    await jest.advanceTimersByTimeAsync(59)
    expect(ended).toEqual(['first late'])
    await jest.advanceTimersByTimeAsync(1)
    expect(ended).toEqual(['first late', 'second late'])
  })

  it('keeps its time when the waits before one have ended, and after it was idle', async () => {
    const patience = new Patience(100)
    for (const startMs of [0, 30, 1_000]) {
      await patience.within(Promise.resolve())
      await jest.advanceTimersByTimeAsync(startMs)
      const late = patience.within(never())
      await jest.advanceTimersByTimeAsync(100)
      expect(await Promise.race([late, Promise.resolve('waiting')])).toBe(LATE)
    }
  })

  it('lets those that end early go, wherever they stand among the others', async () => {
    const patience = new Patience(100)
    const late: number[] = []
    const ends: (() => void)[] = []
    for (let n = 0; n < 5; n++)
      void patience
        .within(new Promise<void>((resolve) => ends.push(resolve)))
        .then((result) => result === LATE && late.push(n))
    for (const n of [0, 4, 2]) ends[n]?.()
    await jest.advanceTimersByTimeAsync(99)
    expect(late).toEqual([])
    await jest.advanceTimersByTimeAsync(1)
    expect(late).toEqual([1, 3])
  })

  it('has one timer for all', () => {
    const patience = new Patience(100)
    for (let wait = 0; wait < 50; wait++) void patience.within(never())
    expect(jest.getTimerCount()).toBe(1)
  })
})
