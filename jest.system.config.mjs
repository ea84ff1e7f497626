import base from './jest.base.config.mjs'

/** What has nothing to say in one of the two runs of the suite, and why. */
const LEFT_OUT = {
  embedded: {
    'acceptance/postgres-15.spec.ts': 'about PostgreSQL 15 alone',
  },
  other: {
    'acceptance/demo.spec.ts': 'about a demo that always has an embedded database',
    'acceptance/process.spec.ts': 'about the processes and the folder of the embedded database',
    'acceptance/early-stop.spec.ts': 'the same',
    'acceptance/bench-stops.spec.ts': 'about the programs that a benchmark starts, whatever the database',
    'acceptance/elasticsearch-client.spec.ts': 'about a client and its door, whatever the database',
    'acceptance/fluent-logger.spec.ts': 'the same',
    'acceptance/log-relays.spec.ts': 'the same',
    'acceptance/syslog-gateways.spec.ts': 'the same',
    'acceptance/sockets.spec.ts': 'about the memory of the server process and its stop',
    'faults/lost-database.spec.ts': 'about an embedded database that its server starts again',
    'faults/cardinality.spec.ts': 'about the memory of the server process, which no database changes',
  },
}

const postgres = process.env['STATUSLINE_TEST_POSTGRES']
const leftOut = LEFT_OUT[postgres === undefined ? 'embedded' : 'other']
for (const [name, reason] of Object.entries(leftOut)) process.stderr.write(`left out in this run: ${name}, ${reason}\n`)

/**
 * `npm run test:system`: whole processes against real peers, kills and cuts, on the embedded database.
 * `npm run test:system:15`: the same on Debian's PostgreSQL 15.
 */
export default {
  ...base,
  // More would share the cores with specs that measure memory and answers.
  maxWorkers: 2,
  testRegex: 'test/(acceptance|faults)/.*\\.spec\\.ts$',
  testPathIgnorePatterns: ['/node_modules/', ...Object.keys(leftOut).map((name) => `<rootDir>/test/${name}`)],
  testTimeout: 600_000,
}
