import { createLogger } from './log.js'
import { stopOnSignals, StopOrder, type SignalTarget } from './stop-order.js'

const silent = createLogger('silent')

describe('StopOrder', () => {
  it('stops last started first, one after the other', async () => {
    const order = new StopOrder(silent)
    const steps: string[] = []
    for (const name of ['database', 'folder', 'server']) {
      order.add(name, async () => {
        steps.push(`${name} stops`)
        await Promise.resolve()
        steps.push(`${name} stopped`)
      })
    }
    await order.stop()
    expect(steps).toEqual([
      'server stops',
      'server stopped',
      'folder stops',
      'folder stopped',
      'database stops',
      'database stopped',
    ])
  })

  it('goes on past a part that throws and a part that hangs', async () => {
    const order = new StopOrder(silent)
    order.add('database', () => undefined)
    order.add('broken', () => {
      throw new Error('no')
    })
    order.add('rejecting', () => Promise.reject(new Error('no')))
    order.add('hanging', () => new Promise(() => undefined), 5)
    expect((await order.stop()).map(({ name, result }) => `${name} ${result}`)).toEqual([
      'hanging timed_out',
      'rejecting failed',
      'broken failed',
      'database stopped',
    ])
  })

  it('stops everything once, however often it is asked', async () => {
    const order = new StopOrder(silent)
    let stops = 0
    order.add('database', () => stops++)
    await Promise.all([order.stop(), order.stop()])
    await order.stop()
    expect(stops).toBe(1)
  })
})

describe('stopOnSignals', () => {
  it.each(['SIGTERM', 'SIGINT'])('exits with 0 after an orderly stop by %s', async (signal) => {
    const run = driven(() => undefined)
    run.send(signal)
    expect(await run.exited).toBe(0)
  })

  it('exits with 1 when a part could not stop', async () => {
    const run = driven(() => Promise.reject(new Error('no')))
    run.send('SIGTERM')
    expect(await run.exited).toBe(1)
  })

  it('exits with 1 at a second signal, without waiting, but not at the echo of the first', () => {
    const hanging = Promise.withResolvers<void>()
    const run = driven(() => hanging.promise)
    run.send('SIGINT')
    run.pass(999)
    run.send('SIGINT')
    expect(run.exits).toEqual([])
    run.pass(1)
    run.send('SIGTERM')
    expect(run.exits).toEqual([1])
    hanging.resolve()
  })
})

function driven(stop: () => unknown) {
  const listeners = new Map<string, () => void>()
  const exits: number[] = []
  const exited = Promise.withResolvers<number>()
  const target: SignalTarget = {
    on: (signal, listener) => listeners.set(signal, listener),
    exit: (code) => {
      exits.push(code)
      exited.resolve(code)
    },
  }
  const order = new StopOrder(silent)
  order.add('server', stop)
  let nowMs = 0
  stopOnSignals(order, silent, target, { monotonicMs: () => nowMs })
  return {
    send: (signal: string) => listeners.get(signal)?.(),
    pass: (ms: number) => (nowMs += ms),
    exits,
    exited: exited.promise,
  }
}
