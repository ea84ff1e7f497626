import { InFlight } from './in-flight.js'

const MIB = 1 << 20

describe('InFlight', () => {
  it('lets one source hold half, however many bodies hold it', () => {
    const memory = new InFlight(64 * MIB)
    const [first, second] = [memory.begin('a')!, memory.begin('a')!]
    expect([first.hold(20 * MIB), second.hold(11 * MIB), second.hold(12 * MIB)]).toEqual([true, true, false])
    expect([first.held, second.held, memory.usedBytes]).toEqual([20 * MIB, 11 * MIB, 31 * MIB])
    expect(first.hold(21 * MIB)).toBe(false)
    first.end()
    expect([second.hold(31 * MIB), memory.usedBytes]).toEqual([true, 31 * MIB])
    second.end()
    expect(memory.usedBytes).toBe(0)
  })

  it('keeps the last eighth for small sources, however many others there are', () => {
    const memory = new InFlight(64 * MIB)
    const many = Array.from({ length: 8 }, (_, n) => memory.begin(`large-${n}`)!)
    expect(many.map((body) => body.hold(8 * MIB))).toEqual([...Array.from({ length: 6 }, () => true), false, false])
    expect(many[6]!.hold(7.9 * MIB)).toBe(true)
    const small = memory.begin('small')!
    expect([small.hold(MIB / 4), small.hold(MIB)]).toEqual([true, false])
    expect(memory.begin('large-0')).toBeNull()
    expect(memory.begin('other')?.hold(100_000)).toBe(true)
  })

  it('counts what bodies brought until they end, whatever they hold', () => {
    const memory = new InFlight(64 * MIB)
    const body = memory.begin('a')!
    body.receive(100 * MIB)
    expect([memory.receivedBytes, memory.usedBytes, memory.full]).toEqual([100 * MIB, 0, false])
    body.end()
    expect(memory.receivedBytes).toBe(0)
  })
})
