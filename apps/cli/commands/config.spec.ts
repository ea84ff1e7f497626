import { jest } from '@jest/globals'
import type { CommandContext } from '../command.js'
import { config } from './config.js'

async function check(env: Record<string, string>): Promise<{ code: number; out: string; err: string }> {
  const said = { out: '', err: '' }
  const into = (stream: 'out' | 'err') => ({ write: (text: string) => ((said[stream] += text), true) })
  const context = { env, stdout: into('out'), stderr: into('err'), client: jest.fn() } as unknown as CommandContext
  return { code: await config.run(['check'], context), ...said }
}

describe('config check', () => {
  it('finds what the server can use valid', async () => {
    const { code, out, err } = await check({
      STATUSLINE_SOURCES: '{"edge":{"format":"nginx_json"},"old":{"format":"mine","sampleRate":0.1,"side":"both"}}',
      STATUSLINE_FORMATS: '{"mine":{"nginx":"$status $uri"}}',
      STATUSLINE_ALERT_RULES: '{"throttle-spike":{"factor":3}}',
      HOST: '0.0.0.0',
      STATUSLINE_ADMIN_KEY: '0123456789abcdef',
    })
    expect([code, err]).toEqual([0, ''])
    expect(out).toMatch(/^the settings are valid: 0\.0\.0\.0:8080/)
  })

  it.each<[Record<string, string>, RegExp]>([
    [
      { STATUSLINE_ALERT_RULES: '{"throttle-spike":{"factor":"abc"}}' },
      /^alert\.rules\.throttle-spike\.factor is "abc"; allowed: a number from 1 to 1000\n$/,
    ],
    [{ STATUSLINE_ALERT_RULES: '{"trottle":{"factor":2}}' }, /^alert\.rules has "trottle"; allowed: .*throttle-spike/],
    [
      { STATUSLINE_SOURCES: '{"edge":{"format":"jsonl"}}' },
      /^sources\.edge\.format is "jsonl"; allowed: one of auto, json, nginx_json, combined, common\b.*\n$/,
    ],
    [
      { STATUSLINE_FORMATS: '{"mine":{"nginx":"$host"}}' },
      /^formats\.mine: nginx \$status is missing; allowed: any directive that writes it\n$/,
    ],
    [
      { STATUSLINE_FORMATS: '{"combined":{"nginx":"$status"}}' },
      /^formats has "combined", which is built in; allowed: /,
    ],
    [{ STATUSLINE_SOURCES: '{"my edge":{}}' }, /^sources has "my edge"; allowed: 1 to 100 letters/],
    [{ HOST: '0.0.0.0' }, /^HOST is 0\.0\.0\.0; allowed: loopback only, or any address with STATUSLINE_ADMIN_KEY/],
  ])('refuses what the server refuses: %j', async (env, line) => {
    const { code, out, err } = await check(env)
    expect([code, out]).toEqual([1, ''])
    expect(err).toMatch(line)
  })

  it('warns of a misspelt variable', async () => {
    const { code, err } = await check({ STATUSLINE_ROL: 'all' })
    expect([code, err]).toEqual([0, 'warning: STATUSLINE_ROL is not a setting; did you mean STATUSLINE_ROLE?\n'])
  })
})
