import { startEmbeddedPostgres } from '../platform/embedded-postgres/embedded-postgres.js'

// A process for the kill tests: starts the database of the folder given as argument, says where, and stays until it is killed or told to stop.
const database = await startEmbeddedPostgres({ dataDir: process.argv[2] ?? '' })
console.log(JSON.stringify({ url: database.url, databasePid: database.pid }))
process.stdin.once('data', () => void database.stop().then(() => process.exit(0)))
process.on('SIGINT', () => process.exit(130))
