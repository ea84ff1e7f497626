import { gzipSync } from 'node:zlib'
import { expectOnlyRefusals, requestTo, unpacked } from '../testing/unpacked.js'
import { firehose } from './firehose.js'

const delivery = (...data: (string | Uint8Array)[]) =>
  JSON.stringify({
    requestId: 'in-body',
    timestamp: 1,
    records: data.map((bytes) => ({ data: Buffer.from(bytes as string).toString('base64') })),
  })
const message = (logEvents: unknown, more: object = {}) =>
  JSON.stringify({ messageType: 'DATA_MESSAGE', owner: '1', logGroup: '/ecs/shop', logEvents, ...more })
const AT = 1_795_389_919_954
const event = (text: unknown, id: unknown = 'e1') => ({ id, timestamp: AT, message: text })
const taken = (...data: (string | Uint8Array)[]) => unpacked(firehose, delivery(...data)).taken
const told = (eventId?: string) => ({ host: 'shop', tsMs: AT, ...(eventId !== undefined && { eventId }) })

describe('records', () => {
  it.each([
    ['lines', ['a\nb\n'], [['a\nb\n', {}]]],
    ['an object that is no message of CloudWatch', ['{"a":1}'], [['{"a":1}', {}]]],
    ['gzip of lines', [gzipSync('a\nb')], [['a\nb', {}]]],
    [
      "CloudWatch's events",
      [gzipSync(message([event('a'), event('b', 'e2')]))],
      [
        ['a', told('e1')],
        ['b', told('e2')],
      ],
    ],
    ['events without gzip', [message([event('a')])], [['a', told('e1')]]],
    [
      'several messages to a record',
      [`${message([event('a')])}${message([event('b', 'e2')])}`],
      [
        ['a', told('e1')],
        ['b', told('e2')],
      ],
    ],
    ['an event of several lines', [message([event('a\nb\n')])], [['a\nb\n', told('e1')]]],
    ['an object over several lines', [message([event('{\n"a":1}')])], [['{\n"a":1}', told('e1')]]],
    ['an event without an id', [message([event('a', null)])], [['a', told()]]],
    [
      'an event without a message',
      [message([{ id: 'e1', timestamp: AT }])],
      [[`{"id":"e1","timestamp":${AT}}`, { host: 'shop', tsMs: AT }]],
    ],
    ['a control message', [message([event('x')], { messageType: 'CONTROL_MESSAGE' })], []],
    ['no data', [''], []],
  ] as const)('hold %s', (_what, data, expected) => {
    expect(taken(...data)).toEqual(expected)
  })

  it('that are no records are kept to be rejected', () => {
    expect(unpacked(firehose, '{"records":[{},5,null,{"data":7}]}').taken.map(([record]) => record)).toEqual(
      Array.from({ length: 4 }, () => 'no data'),
    )
  })

  it('that are a bomb stay as they are, and so do broken ones', () => {
    const bomb = gzipSync(Buffer.alloc(65 * 1024 * 1024))
    expect(taken(bomb)[0]?.[0].length).toBeLessThan(100_000)
    expect(taken(gzipSync('abc').subarray(0, 12))).toHaveLength(1)
  })

  it('that are more than fits together are refused', () => {
    const part = gzipSync(Buffer.alloc(60 * 1024 * 1024, '\n'))
    const body = Buffer.from(delivery(part, part, part, part, part))
    expect(() => firehose.open(requestTo(firehose)).unpack(body, () => undefined)).toThrow('body_too_large')
  })

  it('of any bytes are taken or refused', () => {
    const valid = message([event('a'), event('b', 'e2')])
    expectOnlyRefusals(firehose, [delivery('a\nb', valid), delivery(gzipSync(valid))])
    const inner = [Buffer.from(valid), gzipSync(valid)]
    for (const bytes of inner)
      for (let at = 0; at < bytes.length; at++) taken(bytes.subarray(0, at), Buffer.concat([bytes.subarray(at), bytes]))
  })
})

const idOf = (headers: Record<string, string>) => unpacked(firehose, delivery('a'), { headers }).exchange.batchId

it('takes the id of the batch from the header, else from the body', () => {
  expect([idOf({ 'x-amz-firehose-request-id': 'in-header' }), idOf({})]).toEqual(['in-header', 'in-body'])
})

it.each([
  ['the stream', { 'x-amz-firehose-source-arn': 'arn:aws:firehose:eu-west-1:1:deliverystream/edge' }, 'edge'],
  ['a parameter', { 'x-amz-firehose-common-attributes': '{"commonAttributes":{"source":"web"}}' }, 'web'],
  ['nothing', { 'x-amz-firehose-common-attributes': '{' }, undefined],
])('names the source by %s', (_how, headers, source) => {
  expect(firehose.source?.(requestTo(firehose, { headers: headers as Record<string, string> }))).toBe(source)
})
