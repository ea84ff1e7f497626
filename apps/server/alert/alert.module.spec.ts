import { Test } from '@nestjs/testing'
import { defaultRules } from '#alert'
import { createLogger, Secret } from '#platform'
import type { AlertStore } from '#store'
import { DrivenClock } from '#testing'
import { AlertLoop } from './alert-loop.js'
import { AlertModule } from './alert.module.js'

it('AlertModule starts the loop with the application and gives the lease back with its end', async () => {
  let released = 0
  const lease = { current: null, hold: () => Promise.resolve(false), release: () => Promise.resolve((released += 1)) }
  const outbox = { claim: () => Promise.resolve([]) }
  const parts = {
    store: { lease, outbox } as unknown as AlertStore,
    rules: defaultRules,
    webhooks: [{ name: 'ops', url: 'https://hooks.example/', secret: new Secret('a secret of some length') }],
    deliveryTimeoutMs: 10_000,
    clock: new DrivenClock(),
    log: createLogger('silent'),
  }
  const module = await Test.createTestingModule({ imports: [AlertModule.register(parts)] }).compile()
  await module.init()
  expect(module.get(AlertLoop)).toBeInstanceOf(AlertLoop)
  await module.close()
  expect(released).toBe(1)
})
