import { Refusal } from '../../http/refusal.js'
import type { CountedBody } from '../../ingest/intake.js'
import { expectOnlyRefusals, requestTo, unpacked } from '../testing/unpacked.js'
import { pubsub } from './pubsub.js'

const LOGGED = '2026-11-22T23:20:26.125Z'
const PUBLISHED = '2026-11-22T23:20:28Z'
const push = (message: object) => JSON.stringify({ message, subscription: 'projects/p/subscriptions/s' })
const base64 = (text: string) => Buffer.from(text).toString('base64')

describe('a push', () => {
  it.each([
    [
      'with attributes',
      {
        data: base64('a'),
        messageId: '7',
        attributes: { 'logging.googleapis.com/timestamp': LOGGED, app: 'shop' },
        publishTime: PUBLISHED,
      },
      [['a', { service: 'shop', tsMs: Date.parse(LOGGED) }]],
    ],
    [
      'with the time of its publication',
      { data: base64('a'), messageId: '7', publishTime: PUBLISHED },
      [['a', { tsMs: Date.parse(PUBLISHED) }]],
    ],
    [
      'of the older spelling',
      { data: base64('a'), message_id: '7', publish_time: PUBLISHED },
      [['a', { tsMs: Date.parse(PUBLISHED) }]],
    ],
    ['without data', { messageId: '7', attributes: { a: 'b' } }, [['', {}]]],
    ['with odd members', { data: 5, messageId: '7', attributes: [], publishTime: 'today' }, [['', {}]]],
  ])('%s', (_what, message, expected) => {
    const { taken, exchange } = unpacked(pubsub, push(message))
    expect(taken).toEqual(expected)
    expect(exchange.batchId).toBe('projects/p/subscriptions/s 7')
  })

  it('that is not wrapped is the record, with what the headers tell', () => {
    const headers = { 'x-goog-pubsub-message-id': '8', 'x-goog-pubsub-publish-time': PUBLISHED }
    const { taken, exchange } = unpacked(pubsub, '{"message":{"status":200}}', { headers })
    expect(taken).toEqual([['{"message":{"status":200}}', { tsMs: Date.parse(PUBLISHED) }]])
    expect(exchange.batchId).toBe(' 8')
    expect(unpacked(pubsub, 'a').exchange.batchId).toBeNull()
  })

  it('of any bytes is taken or refused', () => {
    expectOnlyRefusals(pubsub, [
      push({ data: base64('a'), messageId: '7', attributes: { app: 'x' }, publishTime: PUBLISHED }),
    ])
  })
})

describe('a message that is counted', () => {
  const counted = { result: 'counted', bytes: 1, accepted: 0, duplicate: 0, rejected: 0, errors: [] } as const
  const errors = [{ index: 0, reason: 'bad_json' }]
  const answer = (more: Partial<CountedBody>) => pubsub.open(requestTo(pubsub)).accepted({ ...counted, ...more })

  it.each([
    ['an event', { accepted: 1 }],
    ['an event among records that were rejected', { accepted: 1, rejected: 1, errors }],
    ['an event that was counted before', { duplicate: 1 }],
    ['an entry about no request', { rejected: 1 }],
  ])('is acknowledged without a word: %s', (_what, more) => {
    expect(answer(more)).toEqual({ statusCode: 204 })
  })

  it.each([
    ['nothing that can be read', { rejected: 2, errors }, '2 rejected, the first for bad_json'],
    ['nothing at all', {}, 'the message holds no record'],
  ])('is acknowledged with the reason where it holds %s', (_what, more, message) => {
    expect(answer(more)).toEqual({ statusCode: 200, body: { acknowledged: true, message } })
  })
})

describe('refusals', () => {
  it.each([
    ['overloaded', 503, '1'],
    ['not_durable', 503, '1'],
    ['over_rate', 429, '1'],
    ['slow_body', 408, undefined],
    ['unauthenticated', 401, undefined],
    ['missing_scope', 403, undefined],
    ['bad_source', 422, undefined],
    ['body_too_large', 200, undefined],
    ['unreadable_body', 200, undefined],
    ['bad_compression', 200, undefined],
    ['truncated_body', 200, undefined],
  ] as const)('for %s are %i: only what passes is delivered again', (code, status, wait) => {
    const reply = pubsub.refused(new Refusal(code), requestTo(pubsub))
    expect([reply.statusCode, reply.headers?.['retry-after']]).toEqual([status, wait])
    expect(reply.body).toMatchObject({ code })
  })
})
