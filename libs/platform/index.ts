export { Clock, SystemClock } from './clock.js'
export { EmbeddedPostgresError } from './embedded-postgres/error.js'
export { startEmbeddedPostgres } from './embedded-postgres/embedded-postgres.js'
export type { EmbeddedPostgres, EmbeddedPostgresOptions } from './embedded-postgres/embedded-postgres.js'
