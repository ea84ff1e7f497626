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

describe('a start that is stopped', () => {
  it('breaks off with the next part that it adds, which is stopped like those before', async () => {
    const order = new StopOrder(silent)
    const steps: string[] = []
    const made = Promise.withResolvers<void>()
    const started = order.start(async () => {
      order.add('database', () => steps.push('database stops'))
      await made.promise
      order.add('journal', () => steps.push('journal stops'))
      steps.push('goes on')
    })
    const stopped = order.stop()
    expect(order.signal.aborted).toBe(true)
    await Promise.resolve()
    expect(steps).toEqual([])
    made.resolve()
    expect((await stopped).map(({ name, result }) => `${name} ${result}`)).toEqual([
      'journal stopped',
      'database stopped',
    ])
    expect(await started).toBeNull()
    expect(steps).toEqual(['journal stops', 'database stops'])
  })

  it('is not waited for where it hangs, and its parts are stopped', async () => {
    const order = new StopOrder(silent, 5)
    void order.start(() => {
      order.add('database', () => undefined)
      return new Promise(() => undefined)
    })
    expect(await order.stop()).toEqual([{ name: 'database', result: 'stopped' }])
  })

  it('is no failed start, whatever it fails of by then', async () => {
    const order = new StopOrder(silent)
    const started = order.start(() => Promise.reject(new Error('no')))
    await order.stop()
    expect(await started).toBeNull()
  })

  it('fails as it would where nobody stopped it, and the stop need not wait for it', async () => {
    const order = new StopOrder(silent)
    await expect(order.start(() => Promise.reject(new Error('no')))).rejects.toThrow('no')
    expect(await order.stop()).toEqual([])
    expect(await new StopOrder(silent).start(() => Promise.resolve('url'))).toBe('url')
  })
})

describe('stopOnSignals', () => {
  it('says of a start that it broke it off', async () => {
    const run = driven(() => undefined)
    const made = Promise.withResolvers<void>()
    void run.order.start(() => made.promise)
    run.send('SIGTERM')
    made.resolve()
    expect(await run.exited).toBe(0)
    expect(run.said).toEqual(['stopped by SIGTERM before it was ready\n'])
  })

  it('says nothing of a process that was ready', async () => {
    const run = driven(() => undefined)
    await run.order.start(() => Promise.resolve())
    run.send('SIGINT')
    expect(await run.exited).toBe(0)
    expect(run.said).toEqual([])
  })

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
  const said: string[] = []
  const target: SignalTarget = {
    on: (signal, listener) => listeners.set(signal, listener),
    stderr: { write: (text) => said.push(text) },
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
    order,
    said,
    exits,
    exited: exited.promise,
  }
}
