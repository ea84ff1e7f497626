import base from './jest.base.config.mjs'

/** `npm run test:system`: whole processes against real peers, kills and cuts. */
export default {
  ...base,
  testRegex: 'test/(acceptance|faults)/.*\\.spec\\.ts$',
  testTimeout: 600_000,
}
