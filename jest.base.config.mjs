import { availableParallelism } from 'node:os'

/** What every Jest run shares: TypeScript through swc, native ES modules, one name per lib. */
export default {
  testEnvironment: 'node',
  // Specs wait more than they compute, each on a server or a database of its own: two at once even where Jest would run one.
  maxWorkers: Math.max(2, availableParallelism() - 1),
  globalSetup: '<rootDir>/libs/testing/jest-global-setup.mjs',
  globalTeardown: '<rootDir>/libs/testing/jest-global-teardown.mjs',
  transform: { '^.+\\.ts$': '@swc/jest' },
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: {
    '^#(catalog|event|delta|alert|store|platform|testing)$': '<rootDir>/libs/$1/index.ts',
    '^#migrations$': '<rootDir>/migrations/index.ts',
    '^(\\.{1,2}/.*)\\.js$': '$1',
  },
  modulePathIgnorePatterns: ['<rootDir>/dist', '<rootDir>/data'],
}
