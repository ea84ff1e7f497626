import { DOOR_KEY, DoorUnderTest } from './testing/door-under-test.js'

let door: DoorUnderTest

beforeAll(async () => {
  door = await DoorUnderTest.start()
})
afterAll(() => door.stop())

const BEARER = { authorization: `Bearer ${DOOR_KEY}` }
const RECORDS = 12

const second = () => Math.floor(Date.now() / 1_000) * 1_000
const iso = (digits = 3) => new Date(second()).toISOString().replace('.000Z', `.${'0'.repeat(digits)}Z`)
const REQUEST = { verb: 'GET', request: '/health', status: '200' }
const many = (record: object, separator = '\n'): string =>
  Array.from({ length: RECORDS }, () => JSON.stringify(record)).join(separator)
const list = (record: object): string => `[${many(record, ',')}]`

const otlpRecord = () => ({
  timeUnixNano: `${second()}000000`,
  attributes: [{ key: 'http.response.status_code', value: { intValue: 200 } }],
})

/** Requests of one second may well be written alike, so that a batch of them is no proof of another one. */
describe('batches whose times are whole seconds, written with zeros behind', () => {
  it.each<[string, (source: string) => string, () => string, Record<string, string>]>([
    [
      'json_batch of Logstash',
      (source) => `/v1/ingest/${source}`,
      () => list({ '@timestamp': iso(), ...REQUEST }),
      BEARER,
    ],
    [
      'the es output of Fluent Bit',
      (source) => `/${source}/_bulk`,
      () =>
        Array.from(
          { length: RECORDS },
          () => `{"create":{}}\n${JSON.stringify({ '@timestamp': iso(), ...REQUEST })}\n`,
        ).join(''),
      { ...BEARER, 'content-type': 'application/x-ndjson' },
    ],
    [
      'the http output of Fluent Bit',
      (source) => `/v1/ingest/${source}`,
      () => list({ date: iso(6), ...REQUEST }),
      BEARER,
    ],
    ['epoch milliseconds', (source) => `/v1/ingest/${source}`, () => many({ ts: second(), ...REQUEST }), BEARER],
    ['epoch microseconds', (source) => `/v1/ingest/${source}`, () => many({ ts: second() * 1e3, ...REQUEST }), BEARER],
    ['epoch nanoseconds', (source) => `/v1/ingest/${source}`, () => many({ ts: second() * 1e6, ...REQUEST }), BEARER],
    [
      'OTLP',
      () => '/v1/logs',
      () =>
        JSON.stringify({
          resourceLogs: [{ scopeLogs: [{ logRecords: Array.from({ length: RECORDS }, otlpRecord) }] }],
        }),
      { ...BEARER, 'content-type': 'application/json' },
    ],
    [
      "Splunk's events",
      (source) => `/services/collector/event?source=${source}`,
      () => many({ event: { ts: iso(), ...REQUEST } }),
      { authorization: `Splunk ${DOOR_KEY}` },
    ],
    [
      'Datadog',
      (source) => `/api/v2/logs?ddsource=${source}`,
      () => list({ message: JSON.stringify({ ts: iso(), ...REQUEST }) }),
      { 'dd-api-key': DOOR_KEY, 'content-type': 'application/json' },
    ],
    [
      'Loki',
      () => '/loki/api/v1/push',
      () => {
        const value = [`${second()}000000`, JSON.stringify({ ts: iso(), ...REQUEST })]
        return JSON.stringify({
          streams: [{ stream: { app: 'pay' }, values: Array.from({ length: RECORDS }, () => value) }],
        })
      },
      { ...BEARER, 'content-type': 'application/json', 'user-agent': 'promtail/3' },
    ],
  ])('of %s count twice when they come twice', async (shape, pathOf, bodyOf, headers) => {
    const source = shape.toLowerCase().replaceAll(/[^a-z]+/g, '-')
    const body = bodyOf()
    for (let time = 0; time < 2; time++)
      expect(
        (await door.send(pathOf(source), body, { 'x-statusline-source': source, ...headers })).status,
      ).toBeLessThan(300)
    expect(await door.ledger(source, 2 * RECORDS)).toEqual({ accepted: 2 * RECORDS, duplicate: 0, rejected: 0 })
  })
})
