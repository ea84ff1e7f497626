import { jest } from '@jest/globals'
import type { Command, CommandContext } from '../command.js'
import { ServerRefusal } from '../server-client.js'
import { codes } from './codes.js'
import { keys } from './keys.js'
import { rejects } from './rejects.js'

/** What a command says of its arguments; asking the server is not foreseen, but for a key that is not there. */
async function refusalOf(command: Command, args: readonly string[]): Promise<string> {
  const text = jest.fn(() => Promise.reject(new ServerRefusal(404, 'not_found', 'nothing here', null, {})))
  const stdout = { write: () => true }
  const context = { client: { text }, stdout, stderr: stdout } as unknown as CommandContext
  return command.run(args, context).then(String, ({ name, message }: Error) => `${name}: ${message}`)
}

describe('commands', () => {
  it.each<[Command, string[], string]>([
    [codes, ['0x1f4'], 'UsageError: 0x1f4: a code from 0 to 999 is allowed'],
    [codes, [''], 'UsageError: : a code from 0 to 999 is allowed'],
    [codes, ['200', '404'], 'UsageError: unexpected 404; at most one code'],
    [codes, ['--jso'], "TypeError: Unknown option '--jso'"],
    [keys, ['list', 'edge'], 'UsageError: unexpected edge'],
    [keys, ['list', '--source', 'edge'], 'UsageError: --scope and --source go with create'],
    [keys, ['create', 'edge', '--scope', 'nope'], 'UsageError: --scope nope: ingest, read, admin are allowed'],
    [keys, ['revoke', '9'], 'Error: there is no key 9, or it was revoked before'],
    [keys, ['make'], 'UsageError: make: create, list and revoke are allowed'],
    [rejects, ['show'], 'UsageError: show: list and replay are allowed'],
  ])('refuse %s %j', async (command, args, line) => expect(await refusalOf(command, args)).toContain(line))

  it('take what is right', async () => {
    expect(await refusalOf(codes, ['404', '--json'])).toBe('0')
    expect(await refusalOf(codes, ['298'])).toBe('1')
    expect(await refusalOf(codes, ['UNAVAILABLE'])).toBe('0')
    expect(await refusalOf(codes, ['internal_server_error', '--json'])).toBe('0')
  })

  it.each<[word: string, code: number, says: RegExp]>([
    ['404', 0, /^404 Not Found\n/],
    ['14', 0, /^UNAVAILABLE, gRPC status 14: .*\n14 is no HTTP status: .* bad_status\.\n.*\n\n503 /],
    ['UNAVAILABLE', 0, /^UNAVAILABLE, gRPC status 14: .*\nThe HTTP code .*\n\n503 /],
    ['0', 0, /^OK, gRPC status 0: .*\nAs an HTTP status 0 means that no response was sent\.\n.*\n\n200 /],
    ['17', 1, /^17 is no HTTP status: a record that tells it as its status is rejected as bad_status\n$/],
    ['99', 1, /^99 is no HTTP status/],
    ['298', 1, /^298 is in no catalogue: it is counted under its own number\n$/],
    ['999', 0, /^999 /],
  ])('codes %s says what the number stands for', async (word, code, says) => {
    const { answer, out } = await told(codes, [word])
    expect(out).toMatch(says)
    expect(answer).toBe(code)
  })

  it('keys create says which scope the key has', async () => {
    expect((await told(keys, ['create', 'edge\u202e'])).out).toBe(
      'slk_1\n\nkey 3 "edge\\u202e", scope ingest (--scope gives it another); it is stored hashed and not shown again\n',
    )
    expect((await told(keys, ['create', 'edge', '--scope', 'read', '--scope', 'admin'])).out).toBe(
      'slk_1\n\nkey 3 "edge", scope read, admin; it is stored hashed and not shown again\n',
    )
  })
})

/** What a command writes, where the server makes every key that it is asked for. */
async function told(command: Command, args: readonly string[]): Promise<{ answer: number; out: string }> {
  let out = ''
  const stdout = { write: (text: string) => (out += text) }
  const client = { json: () => Promise.resolve({ id: 3, key: 'slk_1' }) }
  const answer = await command.run(args, { client, stdout, stderr: stdout } as unknown as CommandContext)
  return { answer, out }
}
