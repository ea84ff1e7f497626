export { DrivenClock } from './driven-clock.js'
export { freePort } from './free-port.js'
export { pollUntil, type PollOptions } from './poll-until.js'
export { testDatabase, type TestDatabase, type TestDatabaseOptions } from './test-database.js'
