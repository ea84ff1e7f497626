import { gzipSync } from 'node:zlib'
import { pollUntil } from '#testing'
import { accessLine, DOOR_KEY, DoorUnderTest } from '../testing/door-under-test.js'

let door: DoorUnderTest

beforeAll(async () => {
  door = await DoorUnderTest.start()
})
afterAll(() => door.stop())

const EVENT = '/services/collector/event'
const RAW = '/services/collector/raw'
const KEY = { authorization: `Splunk ${DOOR_KEY}` }
const SUCCESS = '{"text":"Success","code":0}'

const line = (status: number, rid = '') => `${accessLine(status, '/a', rid)} host=pay`
const wrap = (event: unknown, more: object = {}) =>
  JSON.stringify({ time: (Date.now() / 1_000).toFixed(3), host: 'gw1', sourcetype: 'access_combined', event, ...more })
const to = (path: string, source: string, query = '') =>
  [`${path}${query}`, { ...KEY, 'x-statusline-source': source }] as const

async function send(path: string, source: string, body: string | Uint8Array, more: Record<string, string> = {}) {
  const [url, headers] = to(path, source)
  return door.send(url, body, { ...headers, ...more })
}

describe("Splunk's event collector", () => {
  it('counts events one after another, in arrays, as text, as objects, and with the service in their fields', async () => {
    const body = [
      wrap(line(200)),
      wrap({ status: 502, service: 'pay' }),
      `\n[${wrap(line(404))},${wrap({ message: { status: 500, service: 'pay' }, severity: 'info' })}]`,
      wrap({ status: 201 }, { fields: { service: 'cart' }, time: 1 }),
    ].join('')
    const reply = await send('/services/collector', 'events', body, {
      'content-type': 'application/x-www-form-urlencoded',
    })
    expect([reply.status, reply.text]).toEqual([200, SUCCESS])
    expect(reply.headers.get('content-type')).toContain('application/json')
    expect(await door.counts('events', 5)).toEqual({
      'pay 200': 1,
      'pay 502': 1,
      'pay 404': 1,
      'pay 500': 1,
      'cart 201': 1,
    })
  })

  it('tells the host as the gateway and the time where the event has none', async () => {
    const at = Math.floor(Date.now() / 1_000) - 7_200
    await send(EVENT, 'told', wrap({ status: 200, service: 'pay' }, { time: `${at}.250`, host: 'edge-7' }))
    expect(await door.ledger('told', 1)).toEqual({ accepted: 1, duplicate: 0, rejected: 0 })
    const [from, to] = [at - 60, at + 60].map((second) => new Date(second * 1_000).toISOString())
    const question = `{ breakdown(range: { from: "${from}", to: "${to}" }, by: [GATEWAY], filter: { source: ["told"] })
      { rows { gateway counts { count } } } }`
    const rows = await pollUntil(
      async () => (await door.graphql<{ breakdown: { rows: object[] } }>(question)).breakdown.rows[0] ?? false,
      { deadlineMs: 30_000, what: 'the event to be counted' },
    )
    expect(rows).toEqual({ gateway: 'edge-7', counts: { count: 1 } })
  })

  it('counts raw lines, gzip and not, from the source that the address names', async () => {
    const lines = `${line(200)}\n${line(503)}\n`
    const query = '?channel=11111111-2222-3333-4444-555555555555&sourcetype=cf&host=edge&source=my%20raw'
    for (const [body, more] of [
      [lines, {}],
      [gzipSync(lines), { 'content-encoding': 'gzip' }],
    ] as const) {
      const reply = await door.send(`${RAW}/1.0${query}`, body, { ...KEY, ...more })
      expect([reply.status, reply.text]).toEqual([200, SUCCESS])
    }
    expect(await door.counts('my_raw', 4)).toEqual({ 'pay 200': 2, 'pay 503': 2 })
  })

  it('keeps bad events out of the way of the others', async () => {
    const body = `${wrap('nonsense')}${wrap(line(200))} garbage ${wrap('')}{"time":1}${wrap(line(502))}{"event":`
    const reply = await send(EVENT, 'bad', body)
    expect([reply.status, reply.text]).toEqual([200, SUCCESS])
    expect(await door.ledger('bad', 7)).toEqual({ accepted: 2, duplicate: 0, rejected: 5 })
  })

  it('counts a batch that is sent again once, by ids or by times to the millisecond', async () => {
    const withIds = wrap(line(200, 'r1')) + wrap(line(200, 'r2'))
    const withTimes = Array.from({ length: 9 }, (_, n) =>
      wrap({ status: 200 }, { time: Date.now() / 1_000 + n / 999 }),
    ).join('')
    for (const [source, body, events] of [
      ['ids', withIds, 2],
      ['times', withTimes, 9],
    ] as const) {
      for (let i = 0; i < 2; i++) expect((await send(EVENT, source, body)).text).toBe(SUCCESS)
      expect(await door.ledger(source, 2 * events)).toEqual({ accepted: events, duplicate: events, rejected: 0 })
    }
  })

  it.each([
    ['Bearer', { authorization: `Bearer ${DOOR_KEY}` }, ''],
    ['Basic', { authorization: `Basic ${Buffer.from(`x:${DOOR_KEY}`).toString('base64')}` }, ''],
    ['the address', {}, `?token=${DOOR_KEY}`],
  ])('takes the token by %s', async (_how, headers, query) => {
    const reply = await door.send(EVENT + query, wrap(line(200)), headers as Record<string, string>)
    expect([reply.status, reply.text]).toEqual([200, SUCCESS])
  })

  it.each([
    ['no token', EVENT, wrap(line(200)), {}, 401, 2, 'Token is required'],
    ['half an authorization', EVENT, wrap(line(200)), { authorization: 'Splunk' }, 401, 3, 'Invalid authorization'],
    [
      'Basic without a password',
      EVENT,
      wrap(line(200)),
      { authorization: 'Basic eDo=' },
      401,
      3,
      'Invalid authorization',
    ],
    ['a wrong token', EVENT, wrap(line(200)), { authorization: 'Splunk x' }, 403, 4, 'Invalid token'],
    ['a wrong token in the address', `${EVENT}?token=x`, wrap(line(200)), {}, 403, 4, 'Invalid token'],
    ['nothing', EVENT, '', KEY, 400, 5, 'No data'],
    ['nothing raw, with which Firehose probes', RAW, ' \n', KEY, 400, 5, 'No data'],
    ['an empty array', EVENT, '[]', KEY, 400, 5, 'No data'],
    ['text', EVENT, 'hello', KEY, 400, 6, 'Invalid data format'],
    ['half an object', EVENT, '{"event":"a', KEY, 400, 6, 'Invalid data format'],
    ['an object that is none', EVENT, '{"event" "a"}', KEY, 400, 6, 'Invalid data format'],
    ['no event', EVENT, '{"time":1}', KEY, 400, 12, 'Event field is required'],
    ['a blank event', EVENT, '{"event":" "}', KEY, 400, 13, 'Event field cannot be blank'],
    ['null for an event', EVENT, '{"event":null}', KEY, 400, 13, 'Event field cannot be blank'],
    ['broken gzip', EVENT, 'abc', { ...KEY, 'content-encoding': 'gzip' }, 400, 6, 'Invalid data format'],
    ['an unknown encoding', EVENT, 'abc', { ...KEY, 'content-encoding': 'compress' }, 415, 6, 'Invalid data format'],
  ])('refuses %s as Splunk does', async (_what, path, body, headers, status, code, text) => {
    const reply = await door.send(path, body, headers as Record<string, string>)
    expect(reply.status).toBe(status)
    expect(JSON.parse(reply.text)).toMatchObject({ text, code })
  })

  it.each([
    ['text', 'hello', 6],
    ['half an object', '{"event":"a', 6],
    ['a number of events without any', '[{"time":1},{"event":""}]', 12],
    ['a blank event', '{"event":""}', 13],
  ])('names the first of the events at fault in %s, counted from 0', async (_what, body, code) => {
    const reply = await door.send(EVENT, body, KEY)
    expect(JSON.parse(reply.text)).toMatchObject({ code, 'invalid-event-number': 0 })
  })

  it.each([
    ['nothing', EVENT, '', KEY],
    ['a wrong token', EVENT, wrap(line(200)), { authorization: 'Splunk x' }],
    ['broken gzip', EVENT, 'abc', { ...KEY, 'content-encoding': 'gzip' }],
  ])('names no event for %s', async (_what, path, body, headers) => {
    const reply = await door.send(path, body, headers as Record<string, string>)
    expect(JSON.parse(reply.text)).not.toHaveProperty('invalid-event-number')
  })

  it('says of acknowledgements that there are none, to those who poll for them', async () => {
    const reply = await door.send('/services/collector/ack?channel=c', '{"acks":[0]}', KEY)
    expect([reply.status, reply.text]).toEqual([400, '{"text":"ACK is disabled","code":14}'])
  })

  it.each(['/services/collector/health', '/services/collector/health/1.0'])(
    'says at %s that it is well',
    async (path) => {
      const reply = await door.send(path, undefined)
      expect([reply.status, reply.text]).toEqual([200, '{"text":"HEC is healthy","code":17}'])
    },
  )

  it("is there for Docker's driver, which asks before a container starts", async () => {
    expect((await door.send(`${EVENT}/1.0`, undefined, {}, 'OPTIONS')).status).toBe(200)
  })
})
