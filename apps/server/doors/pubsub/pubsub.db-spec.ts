import { accessLine, DOOR_KEY, DoorUnderTest } from '../testing/door-under-test.js'

let door: DoorUnderTest

beforeAll(async () => {
  door = await DoorUnderTest.start()
})
afterAll(() => door.stop())

const url = (source: string, key = DOOR_KEY) => `/v1/pubsub/${source}?token=${key}`
/** With OIDC switched on, Google sends a token of its own, too. */
const JWT = { authorization: 'Bearer eyJhbGciOiJSUzI1NiJ9.e30.c2ln' }

const entry = (insertId: string, status: number, service = 'pay') => ({
  insertId,
  logName: 'projects/p/logs/requests',
  timestamp: new Date(Date.now() - 1_000).toISOString(),
  receiveTimestamp: new Date().toISOString(),
  resource: { type: 'http_load_balancer', labels: { backend_service_name: service, url_map_name: 'web' } },
  httpRequest: { requestMethod: 'GET', requestUrl: 'https://shop.example/a?x=1', status, latency: '0.123s' },
  jsonPayload: { statusDetails: 'response_sent_by_backend' },
})
const push = (messageId: string, data: string | object, attributes: Record<string, string> = {}) =>
  JSON.stringify({
    message: {
      data: Buffer.from(typeof data === 'string' ? data : JSON.stringify(data)).toString('base64'),
      attributes: { 'logging.googleapis.com/timestamp': new Date(Date.now() - 2_000).toISOString(), ...attributes },
      messageId,
      message_id: messageId,
      publishTime: new Date().toISOString(),
      publish_time: new Date().toISOString(),
    },
    subscription: 'projects/p/subscriptions/s',
    deliveryAttempt: 2,
  })

describe('the Pub/Sub push endpoint', () => {
  it('counts an entry in its wrapping and acknowledges it without a word', async () => {
    const reply = await door.send(url('gcp'), push('1', entry('a', 502)), JWT)
    expect([reply.status, reply.text]).toEqual([204, ''])
    await door.send(url('gcp'), push('2', entry('b', 200, 'cart')), JWT)
    expect(await door.counts('gcp', 2)).toEqual({ 'pay 502': 1, 'cart 200': 1 })
  })

  it('counts a bare entry', async () => {
    const headers = {
      'x-goog-pubsub-message-id': '9',
      'x-goog-pubsub-subscription-name': 'projects/p/subscriptions/bare',
    }
    const path = `/v1/pubsub?token=${DOOR_KEY}`
    expect((await door.send(path, JSON.stringify(entry('c', 404)), headers)).status).toBe(204)
    expect((await door.send(path, JSON.stringify(entry('c2', 404)), headers)).status).toBe(204)
    expect(await door.ledger('bare', 2)).toEqual({ accepted: 1, duplicate: 1, rejected: 0 })
  })

  it('counts a message that is delivered again once, and an entry that was published twice', async () => {
    const twice = entry('d', 200)
    for (let i = 0; i < 2; i++) expect((await door.send(url('again'), push('3', twice))).status).toBe(204)
    await door.send(url('again'), push('4', twice))
    await door.send(url('again'), push('5', entry('e', 200)))
    expect(await door.ledger('again', 4)).toEqual({ accepted: 2, duplicate: 2, rejected: 0 })
  })

  it('takes time and service from the attributes, where the record tells none', async () => {
    const long = new Date(Date.now() - 72 * 3_600_000).toISOString()
    await door.send(url('told'), push('6', { status: 200 }, { 'logging.googleapis.com/timestamp': long }))
    await door.send(url('told'), push('7', { status: 200 }, { service: 'cart' }))
    expect(await door.ledger('told', 2)).toEqual({ accepted: 1, duplicate: 0, rejected: 1 })
    expect(await door.counts('told', 1)).toEqual({ 'cart 200': 1 })
  })

  it('acknowledges what can never be counted: bad records, lines among them, and binary', async () => {
    const lines = `nonsense\n${accessLine(200)} host=pay\n`
    expect((await door.send(url('bad'), push('8', lines))).status).toBe(204)
    expect(await door.ledger('bad', 2)).toEqual({ accepted: 1, duplicate: 0, rejected: 1 })
    const binary = await door.send(url('bad'), Buffer.from([0, 1, 2, 255]))
    expect([binary.status, JSON.parse(binary.text)]).toMatchObject([
      200,
      { acknowledged: true, code: 'unreadable_body' },
    ])
    for (const [body, message] of [
      ['', 'the message holds no record'],
      ['{', '1 rejected, the first for bad_json'],
    ] as const) {
      const reply = await door.send(url('bad'), body)
      expect([reply.status, JSON.parse(reply.text)]).toEqual([200, { acknowledged: true, message }])
    }
  })

  it.each([
    ['no key', '/v1/pubsub', {}, 401, 'unauthenticated'],
    ["Google's token alone", '/v1/pubsub', JWT, 401, 'unauthenticated'],
    ['a wrong key', url('x', 'wrong'), {}, 401, 'unauthenticated'],
    ['a source that is none', `/v1/pubsub/a%20b?token=${DOOR_KEY}`, {}, 422, 'bad_source'],
  ])('refuses %s, so that Google delivers again', async (_what, path, headers, status, code) => {
    const reply = await door.send(path, push('10', entry('f', 200)), headers as Record<string, string>)
    expect([reply.status, JSON.parse(reply.text)]).toMatchObject([status, { code }])
  })
})
