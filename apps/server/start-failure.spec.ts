import { EmbeddedPostgresError } from '#platform'
import { DatabaseRefused } from '#store'
import { reasonNotToStart, StartRefused } from './start-failure.js'

const resolving = (code: string): Error => Object.assign(new Error(code), { code, syscall: 'getaddrinfo' })
const listening = (code: string): Error => Object.assign(new Error(code), { code, syscall: 'listen' })

describe('reasonNotToStart', () => {
  it.each<[unknown, string]>([
    [new StartRefused('HOST is x'), 'HOST is x'],
    [new DatabaseRefused('fsync is off'), 'the database cannot be used: fsync is off'],
    [new EmbeddedPostgresError('the folder is in use'), 'the folder is in use'],
    [listening('EADDRINUSE'), 'PORT is 8080: another program listens there already'],
    [listening('EACCES'), 'PORT is 8080: this user may not listen there'],
    [listening('EADDRNOTAVAIL'), 'HOST is 10.0.0.1: this machine has no such address'],
    [resolving('ENOTFOUND'), 'HOST is 10.0.0.1, which is neither an address nor a name that this machine can resolve'],
    [resolving('EAI_AGAIN'), 'HOST is 10.0.0.1, which is neither an address nor a name that this machine can resolve'],
    [
      new Error('could not extend file: No space left on device'),
      'the data folder /data cannot be used: could not extend file: No space left on device; make room (a new database takes 100 MB), set STATUSLINE_DATA to another folder, or DATABASE_URL',
    ],
    [new Error('first\nsecond'), 'the server did not start: first'],
    [new AggregateError([new Error('connect ECONNREFUSED')]), 'the server did not start: connect ECONNREFUSED'],
    ['odd', 'the server did not start: odd'],
  ])('%s → %s', (error, line) => {
    expect(reasonNotToStart(error, { host: '10.0.0.1', port: 8080, databaseUrl: undefined, dataDir: '/data' })).toBe(
      line,
    )
  })
})
