import { once } from 'node:events'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'

/** The database server that all test files of one Jest run share. */
export interface TestServer {
  /** URL of its maintenance database, with the right to create databases. */
  readonly url: string
  /** Names the run; every database of the run begins with it. */
  readonly run: string
}

let asked: Promise<TestServer> | undefined

/** Asks the Jest run for its database server, which starts with the first question. Throws when the global setup is missing. */
export function testServer(): Promise<TestServer> {
  return (asked ??= ask())
}

async function ask(): Promise<TestServer> {
  const port = process.env['STATUSLINE_TEST_SERVER_PORT']
  if (port === undefined)
    throw new Error('no test server: the Jest configuration lacks globalSetup libs/testing/jest-global-setup.mjs')
  const socket = connect(Number(port), '127.0.0.1')
  await once(socket, 'connect')
  const reply = JSON.parse(await text(socket)) as TestServer | { error: string }
  if ('error' in reply) throw new Error(`the test database server did not start: ${reply.error}`)
  return reply
}
