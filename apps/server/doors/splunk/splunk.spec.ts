import { Refusal } from '../../http/refusal.js'
import { expectOnlyRefusals, requestTo, unpacked } from '../testing/unpacked.js'
import { splunk } from './splunk.js'

const RAW = { url: '/services/collector/raw?host=edge', query: { host: 'edge' } }
const taken = (body: string, parts = {}) => unpacked(splunk, body, parts).taken

const events = (count: number, time: number) =>
  Array.from({ length: count }, (_, n) => `{"time":${time + n},"event":"a"}`).join('')
const isIdentifiable = (body: string) => unpacked(splunk, body).exchange.isIdentifiable

describe('events', () => {
  it.each([
    ['a text', '{"event":"GET /"}', ['GET /', {}]],
    [
      'an object, as it is',
      '{"event":{"status": 200, "n": 12345678901234567890}}',
      ['{"status": 200, "n": 12345678901234567890}', {}],
    ],
    ['a logger’s object', '{"event":{"message":{"a":1},"severity":"info"}}', ['{"a":1}', {}]],
    ["an object of Docker's driver", '{"event":{"line":{"a":1},"source":"stdout","tag":"x"}}', ['{"a":1}', {}]],
    [
      'a text that a logger wraps',
      '{"event":{"message":"a","severity":"info"}}',
      ['{"message":"a","severity":"info"}', {}],
    ],
    ['a number', '{"event":5}', ['5', {}]],
    ['seconds as text', '{"time":"1795389919.954","event":"a"}', ['a', { tsMs: 1_795_389_919_954 }]],
    ['seconds', '{"time":1795389919.954,"event":"a"}', ['a', { tsMs: 1_795_389_919_954 }]],
    ['milliseconds', '{"time":1795389919954,"event":"a"}', ['a', { tsMs: 1_795_389_919_954 }]],
    ['no time', '{"time":"now","event":"a"}', ['a', {}]],
    ['a host', '{"host":"gw1","event":"a"}', ['a', { gateway: 'gw1' }]],
    [
      'a gateway in the fields, which is surer',
      '{"host":"pod-1","fields":{"gateway":"edge"},"event":"a"}',
      ['a', { gateway: 'edge' }],
    ],
    ['a service in the fields', '{"event":"a","fields":{"app":"shop","service":"pay"}}', ['a', { service: 'pay' }]],
    ['fields that are none', '{"event":"a","fields":7,"host":{},"time":[]}', ['a', {}]],
  ])('tell %s', (_what, body, expected) => {
    expect(taken(body)).toEqual([expected])
  })

  it('are known again by eight times finer than a second, or not at all', () => {
    expect(
      [events(8, 1_795_389_919.5), events(7, 1_795_389_919.5), events(9, 1_795_389_919)].map(isIdentifiable),
    ).toEqual([true, false, false])
  })

  it('and raw lines of any bytes are taken or refused', () => {
    const body = '{"time":1795389919.9,"host":"h","event":{"message":{"a":[1,"}"]}},"fields":{"app":"x"}}'
    expectOnlyRefusals(splunk, [body + body, `[${body}]`])
    expectOnlyRefusals(splunk, ['a\nb\n'], RAW)
  })
})

it('hands raw lines over whole, in blocks that a long body does not have to be copied for', () => {
  expect(taken('a\nb', RAW)).toEqual([['a\nb', { gateway: 'edge' }]])
  const long = `${'x'.repeat(99)}\n`.repeat(30_000)
  const blocks = taken(long, RAW).map(([lines]) => lines)
  expect(blocks.length).toBe(3)
  expect(blocks.every((block) => block.endsWith('\n'))).toBe(true)
  expect(blocks.join('') === long).toBe(true)
})

describe('refusals', () => {
  it.each([
    ['overloaded', 503, 9, '1'],
    ['not_durable', 503, 9, '1'],
    ['stopping', 503, 9, '1'],
    ['over_rate', 503, 9, '1'],
    ['slow_body', 503, 9, '1'],
    ['internal_error', 500, 8, undefined],
    ['missing_scope', 403, 4, undefined],
    ['source_forbidden', 403, 4, undefined],
    ['bad_json', 400, 6, undefined],
    ['truncated_body', 400, 6, undefined],
    ['unreadable_body', 400, 6, undefined],
    ['body_too_large', 413, 6, undefined],
    ['unknown_encoding', 415, 6, undefined],
    ['bad_source', 400, 6, undefined],
  ] as const)('for %s are %i with code %i', (word, status, code, wait) => {
    const refusal = new Refusal(word)
    const reply = splunk.refused(refusal, requestTo(splunk))
    expect([reply.statusCode, reply.headers?.['retry-after']]).toEqual([status, wait])
    expect(reply.body).toMatchObject({ code, detail: refusal.body.message })
  })

  it('of what is too large says so, and blames no format', () => {
    const { body } = splunk.refused(new Refusal('body_too_large'), requestTo(splunk))
    expect(body).toMatchObject({ text: 'Request entity too large' })
  })

  it('wait as long as the refusal says', () => {
    const reply = splunk.refused(new Refusal('over_rate', { retryAfterSeconds: 7 }), requestTo(splunk))
    expect(reply.headers?.['retry-after']).toBe('7')
  })

  it('of the health check are the number for full queues', async () => {
    const health = requestTo(splunk, { method: 'GET', url: '/services/collector/health' })
    const unwell = { statusCode: 503, body: { text: 'HEC is unhealthy, queues are full', code: 18 } }
    expect(splunk.refused(new Refusal('stopping'), health)).toEqual(unwell)
    expect(await splunk.questions?.[0]?.answer(health, async () => ({ reason: 'append_failing' }))).toEqual(unwell)
  })
})
