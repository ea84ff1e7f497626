import { runServer } from '../../apps/server/run-server.js'
import { PostgresJournal, type AppendResult } from '#store'

/*
 * The built server, whose journal acknowledges every batch at once and writes none: nothing is encoded, committed or folded. What it
 * takes in is what receiving and scanning alone allow; its Postgres has nothing to do.
 */
PostgresJournal.prototype.append = (batches) =>
  Promise.resolve(batches.map((): AppendResult => ({ result: 'accepted' })))

await runServer()
