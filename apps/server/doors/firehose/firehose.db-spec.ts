import { gzipSync } from 'node:zlib'
import { accessLine, DOOR_KEY, DoorUnderTest } from '../testing/door-under-test.js'

let door: DoorUnderTest

beforeAll(async () => {
  door = await DoorUnderTest.start()
})
afterAll(() => door.stop())

const ARN = 'arn:aws:firehose:eu-west-1:123456789012:deliverystream/'
const line = (status: number, rid = '') => `${accessLine(status, '/a', rid)} host=pay`
const base64 = (data: string | Uint8Array) => Buffer.from(data).toString('base64')

/** A delivery as Firehose sends it. */
function deliver(
  stream: string,
  requestId: string,
  records: readonly (string | Uint8Array)[],
  more: Record<string, string> = {},
) {
  const body = { requestId, timestamp: Date.now(), records: records.map((data) => ({ data: base64(data) })) }
  return door.send(more['path'] ?? '/firehose', JSON.stringify(body), {
    'content-type': 'application/json',
    'user-agent': 'Amazon Kinesis Data Firehose Agent/1.0',
    'x-amz-firehose-protocol-version': '1.0',
    'x-amz-firehose-request-id': requestId,
    'x-amz-firehose-source-arn': ARN + stream,
    'x-amz-firehose-access-key': DOOR_KEY,
    ...more,
  })
}

interface CloudWatchEvent {
  readonly id: string
  readonly timestamp: number
  readonly message: string
}
const cloudWatch = (logEvents: readonly CloudWatchEvent[], messageType = 'DATA_MESSAGE') => ({
  messageType,
  owner: '123456789012',
  logGroup: '/aws/apigateway/orders',
  logStream: 's1',
  subscriptionFilters: ['all'],
  logEvents,
})
const zipped = (...messages: object[]) => gzipSync(messages.map((message) => JSON.stringify(message)).join(''))
const eventOf = (id: string, status: number): CloudWatchEvent => ({
  id,
  timestamp: Date.now() - 1_000,
  message: line(status),
})

describe('the Firehose endpoint', () => {
  it('counts several lines to a record, joined by line ends or nothing, and answers with the id and a time', async () => {
    const objects = JSON.stringify({ status: 404, service: 'pay' }) + JSON.stringify({ status: 500, service: 'pay' })
    const reply = await deliver('edge', 'rq-1', [`${line(200)}\n${line(502)}\n`, objects, line(200)])
    expect(reply.status).toBe(200)
    expect(reply.headers.get('content-type')).toBe('application/json')
    expect(reply.headers.get('content-length')).toBe(String(reply.text.length))
    expect(reply.headers.get('content-encoding')).toBeNull()
    const { requestId, timestamp, ...rest } = JSON.parse(reply.text) as { requestId: string; timestamp: number }
    expect([requestId, rest]).toEqual(['rq-1', {}])
    expect(Math.abs(timestamp - Date.now())).toBeLessThan(60_000)
    expect(await door.counts('edge', 5)).toEqual({ 'pay 200': 2, 'pay 502': 1, 'pay 404': 1, 'pay 500': 1 })
  })

  it('counts a delivery once that comes again with other headers, and another with the same record', async () => {
    for (const more of [{}, { 'x-amz-firehose-common-attributes': '{"commonAttributes":{"a":"b"}}' }])
      expect((await deliver('again', 'rq-2', [line(200)], more)).status).toBe(200)
    expect((await deliver('again', 'rq-3', [line(200)])).status).toBe(200)
    expect(await door.ledger('again', 3)).toEqual({ accepted: 2, duplicate: 1, rejected: 0 })
  })

  it("reads CloudWatch's messages, counts each event once in whatever delivery, and skips control messages", async () => {
    const [a, b, c] = [eventOf('e1', 200), eventOf('e2', 502), eventOf('e3', 404)]
    const control = cloudWatch(
      [{ id: '', timestamp: 1, message: 'CWL CONTROL MESSAGE: Checking health' }],
      'CONTROL_MESSAGE',
    )
    await deliver('cw', 'rq-4', [zipped(control), zipped(cloudWatch([a, b]))])
    await deliver('cw', 'rq-5', [zipped(cloudWatch([b]), cloudWatch([c]))])
    expect(await door.ledger('cw', 4)).toEqual({ accepted: 3, duplicate: 1, rejected: 0 })
    expect(await door.counts('cw', 3)).toEqual({ 'pay 200': 1, 'pay 502': 1, 'pay 404': 1 })
  })

  it('takes the time of an event, and the log group for its service, where the message tells neither', async () => {
    const message = JSON.stringify({ status: 200 })
    await deliver('place', 'rq-6', [
      zipped(cloudWatch([{ id: 'p1', timestamp: Date.now() - 72 * 3_600_000, message }])),
    ])
    await deliver('place', 'rq-7', [zipped(cloudWatch([{ id: 'p2', timestamp: Date.now(), message }]))])
    expect(await door.ledger('place', 2)).toEqual({ accepted: 1, duplicate: 0, rejected: 1 })
    expect(await door.counts('place', 1)).toEqual({ 'orders 200': 1 })
  })

  it('takes source and service from the parameters of the stream, and the source from the address', async () => {
    const attributes = JSON.stringify({ commonAttributes: { source: 'by-parameter', service: 'cart' } })
    const record = JSON.stringify({ status: 200 })
    await deliver('s', 'rq-8', [record], { 'x-amz-firehose-common-attributes': attributes })
    await deliver('s', 'rq-9', [record], { path: '/firehose/by-path' })
    expect(await door.counts('by-parameter', 1)).toEqual({ 'cart 200': 1 })
    expect(await door.ledger('by-path', 1)).toEqual({ accepted: 1, duplicate: 0, rejected: 0 })
  })

  it('keeps bad records out of the way of the others', async () => {
    const broken = zipped(cloudWatch([eventOf('x', 200)])).subarray(0, 60)
    const reply = await deliver('bad', 'rq-10', ['nonsense', line(200), broken, line(502)])
    expect(reply.status).toBe(200)
    const { accepted } = await door.ledger('bad', 4)
    expect(accepted).toBe(2)
  })

  it.each([
    ['no key', { 'x-amz-firehose-access-key': '' }, 401, 'send an API key'],
    ['a wrong key', { 'x-amz-firehose-access-key': 'x' }, 401, 'send an API key'],
    ['an unknown encoding', { 'content-encoding': 'compress' }, 415, 'Content-Encoding'],
  ])('refuses %s with the id and a message', async (_what, headers, status, message) => {
    const reply = await deliver('refused', 'rq-11', [line(200)], headers)
    expect(reply.status).toBe(status)
    expect(reply.headers.get('content-type')).toBe('application/json')
    expect(JSON.parse(reply.text)).toEqual({
      requestId: 'rq-11',
      timestamp: expect.any(Number) as unknown,
      errorMessage: expect.stringContaining(message) as unknown,
    })
  })

  it.each(['hello', '[]', '{"records":{}}'])('refuses %s, which is no delivery', async (body) => {
    const reply = await door.send('/firehose', body, { 'x-amz-firehose-access-key': DOOR_KEY })
    expect([reply.status, JSON.parse(reply.text)]).toMatchObject([400, { requestId: '' }])
  })
})
