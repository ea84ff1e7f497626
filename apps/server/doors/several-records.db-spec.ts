import { request } from 'node:http'
import { accessLine, DOOR_KEY, DoorUnderTest } from './testing/door-under-test.js'

let door: DoorUnderTest

beforeAll(async () => {
  door = await DoorUnderTest.start()
})
afterAll(() => door.stop())

const BEARER = { authorization: `Bearer ${DOOR_KEY}`, 'content-type': 'application/json' }
const JSON_200 = JSON.stringify({ status: 200, service: 'pay' })
const JSON_500 = JSON.stringify({ status: 500, service: 'pay' })
const SHAPES: [string, () => string][] = [
  ['lines', () => `${accessLine(200)} host=pay\n${accessLine(500)} host=pay`],
  ['objects on lines', () => `${JSON_200}\n${JSON_500}`],
  ['objects in a row', () => JSON_200 + JSON_500],
  ['an array', () => `[${JSON_200},${JSON_500}]`],
]
const nanoseconds = () => `${BigInt(Date.now()) * 1_000_000n + 123n}`

/** `fetch` always says its name; winston-loki does not. */
async function postWithoutName(path: string, headers: Record<string, string>, body: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = request(door.url + path, { method: 'POST', headers }, (reply) => {
      reply.resume()
      resolve(reply.statusCode ?? 0)
    })
    sent.on('error', reject)
    sent.end(body)
  })
}

const DOORS: [string, (source: string, text: string) => Promise<unknown>][] = [
  ['the generic door', (source, message) => door.send(`/v1/ingest/${source}`, JSON.stringify({ message }), BEARER)],
  ['Datadog', (source, message) => door.send(`/api/v2/logs?ddsource=${source}`, JSON.stringify([{ message }]), BEARER)],
  [
    'Elasticsearch',
    (source, message) =>
      door.send(`/${source}/_bulk`, `{"create":{"_id":"a"}}\n${JSON.stringify({ message })}\n`, {
        ...BEARER,
        'content-type': 'application/x-ndjson',
      }),
  ],
  [
    'CloudWatch through Firehose',
    (source, message) => {
      const logEvents = [{ id: 'e1', timestamp: Date.now(), message }]
      const data = JSON.stringify({ messageType: 'DATA_MESSAGE', owner: '1', logGroup: '/ecs/pay', logEvents })
      const records = [{ data: Buffer.from(data).toString('base64') }]
      return door.send(`/firehose/${source}`, JSON.stringify({ requestId: source, timestamp: 1, records }), {
        'x-amz-firehose-access-key': DOOR_KEY,
      })
    },
  ],
  [
    'Loki',
    (source, text) => {
      const body = JSON.stringify({ streams: [{ stream: { app: 'pay' }, values: [[nanoseconds(), text]] }] })
      return postWithoutName('/loki/api/v1/push', { ...BEARER, 'x-scope-orgid': source }, body)
    },
  ],
  [
    'OTLP',
    (source, text) => {
      const logRecords = [{ timeUnixNano: nanoseconds(), body: { stringValue: text } }]
      const body = JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords }] }] })
      return door.send('/v1/logs', body, { ...BEARER, 'x-statusline-source': source })
    },
  ],
]

describe.each(DOORS)('several records in one entry of %s', (name, send) => {
  it.each(SHAPES)('count each: %s', async (shape, textOf) => {
    const source = `${name} ${shape}`.toLowerCase().replaceAll(/[^a-z]+/g, '-')
    await send(source, textOf())
    expect(await door.ledger(source, 2)).toEqual({ accepted: 2, duplicate: 0, rejected: 0 })
    expect(Object.values(await door.counts(source, 2))).toEqual([1, 1])
  })
})
