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
})
