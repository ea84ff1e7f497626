import { Gate } from './gate.js'
import { QueryError } from './query-error.js'

/** Work that ends when told to. */
function held() {
  const { promise, resolve } = Promise.withResolvers<string>()
  return { work: () => promise, end: resolve }
}

describe('Gate', () => {
  it('lets some pass and the next when one leaves, in order', async () => {
    const gate = new Gate(1, 60_000)
    const entered: string[] = []
    const first = held()
    const passed = gate.pass(first.work)
    const later = ['a', 'b'].map((name) => gate.pass(async () => entered.push(name)))
    await Promise.resolve()
    expect(entered).toEqual([])
    first.end('done')
    await Promise.all(later)
    expect([await passed, entered]).toEqual(['done', ['a', 'b']])
  })

  it('tells those who wait too long to ask again, and stays usable', async () => {
    const gate = new Gate(1, 1)
    const first = held()
    const passed = gate.pass(first.work)
    await expect(gate.pass(async () => 'never')).rejects.toThrow(QueryError)
    first.end('done')
    await passed
    expect(await gate.pass(async () => 'again')).toBe('again')
  })

  it('frees the place of work that fails', async () => {
    const gate = new Gate(1, 60_000)
    await expect(gate.pass(() => Promise.reject(new Error('broken')))).rejects.toThrow('broken')
    expect(await gate.pass(async () => 'next')).toBe('next')
  })
})
