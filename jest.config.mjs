import base from './jest.base.config.mjs'

/** `npm test`: everything that needs no system package. */
export default {
  ...base,
  testRegex: '\\.(spec|db-spec)\\.ts$',
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/acceptance/', '<rootDir>/test/faults/'],
  testTimeout: 60_000,
}
