import { gzipSync } from 'node:zlib'
import { encode, ExtData } from '@msgpack/msgpack'
import { FlakyServer } from './flaky-server.js'

// Senders that cannot be had here, by what their documentation says of requests and of trying again: the same bytes, until the
// reply is the one that they take for success.

const door = new FlakyServer()

/** How a sender makes its request of one batch, and whether it takes a reply for success. */
interface Sender {
  readonly name: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: (records: readonly string[]) => Uint8Array
  readonly isContent: (status: number, text: string) => boolean
}

const POISON = 'poison'
const bearer = { authorization: `Bearer ${door.key}` }
const splunk = { authorization: `Splunk ${door.key}` }
const gzip = { 'content-encoding': 'gzip' }
const base64 = (data: string | Uint8Array) => Buffer.from(data).toString('base64')
const is2xx = (status: number) => status >= 200 && status < 300
const isSplunkSuccess = (status: number, text: string) => status === 200 && text === '{"text":"Success","code":0}'

function eventTime(): ExtData {
  const data = Buffer.alloc(8)
  data.writeUInt32BE(Math.floor(Date.now() / 1_000))
  data.writeUInt32BE(123_456_789, 4)
  return new ExtData(0, data)
}

const cloudWatch = (message: string, id: string) => ({
  messageType: 'DATA_MESSAGE',
  owner: '1',
  logGroup: '/aws/apigateway/pay',
  logStream: 's',
  subscriptionFilters: [],
  logEvents: [{ id, timestamp: Date.now(), message }],
})

const SENDERS: readonly Sender[] = [
  {
    name: 'firehose',
    path: '/firehose',
    headers: {
      'content-type': 'application/json',
      'x-amz-firehose-request-id': 'ed1d787c-b9e2-4631-92dc-8e7c9d26d804',
      'x-amz-firehose-source-arn': 'arn:aws:firehose:eu-west-1:1:deliverystream/firehose',
      'x-amz-firehose-access-key': door.key,
    },
    body: (records) => {
      const data = records.map((each, n) => ({ data: base64(gzipSync(JSON.stringify(cloudWatch(each, `cw-${n}`)))) }))
      return Buffer.from(
        JSON.stringify({ requestId: 'ed1d787c-b9e2-4631-92dc-8e7c9d26d804', timestamp: 1, records: data }),
      )
    },
    isContent: (status, text) => status === 200 && 'timestamp' in (JSON.parse(text) as object),
  },
  {
    name: 'pubsub',
    path: `/v1/pubsub/pubsub?token=${door.key}`,
    headers: { 'content-type': 'application/json', authorization: 'Bearer of.google.itself' },
    body: (records) => {
      const message = {
        data: base64(records.join('\n')),
        messageId: '136969346945',
        publishTime: new Date().toISOString(),
      }
      return Buffer.from(JSON.stringify({ message, subscription: 'projects/p/subscriptions/s' }))
    },
    isContent: (status) => [102, 200, 201, 202, 204].includes(status),
  },
  {
    name: 'hec-event',
    path: '/services/collector/event?source=hec-event',
    headers: { ...splunk, ...gzip },
    body: (records) =>
      gzipSync(records.map((event) => JSON.stringify({ time: Date.now() / 1_000, host: 'gw', event })).join('')),
    isContent: isSplunkSuccess,
  },
  {
    name: 'hec-raw',
    path: '/services/collector/raw?channel=00000000-0000-0000-0000-000000000000&source=hec-raw',
    headers: splunk,
    body: (records) => Buffer.from(records.join('\n')),
    isContent: isSplunkSuccess,
  },
  {
    name: 'fluent-bit-msgpack',
    path: '/v1/ingest/fluent-bit-msgpack',
    headers: { ...bearer, 'content-type': 'application/msgpack', 'user-agent': 'Fluent-Bit' },
    body: (records) => Buffer.concat(records.map((log) => encode([[eventTime(), {}], { log }]))),
    isContent: (status) => status >= 200 && status <= 205,
  },
  {
    name: 'vector-http',
    path: '/v1/ingest/vector-http',
    headers: { ...bearer, ...gzip, 'content-type': 'application/x-ndjson' },
    body: (records) =>
      gzipSync(records.map((message) => `${JSON.stringify({ message, source_type: 'file' })}\n`).join('')),
    isContent: is2xx,
  },
  {
    name: 'logpush',
    path: '/v1/ingest/logpush',
    headers: { authorization: `Basic ${base64(`logpush:${door.key}`)}`, ...gzip },
    body: (records) => gzipSync(records.map((record) => `${record}\n`).join('')),
    isContent: is2xx,
  },
]

const record = (n: number) =>
  JSON.stringify({ ts: Date.now(), service: 'pay', status: n === 0 ? 502 : 200, request_id: `r${n}` })

/** Sends the same bytes until the sender is content; as the real ones it takes an early end for a reason to try again. */
async function sendUntilContent({ path, headers, isContent }: Sender, body: Uint8Array): Promise<void> {
  for (let attempt = 0; attempt < 5; attempt++) {
    const reply = await fetch(door.proxy.url + path, { method: 'POST', headers, body: body as never }).catch(() => null)
    if (reply !== null && isContent(reply.status, await reply.text())) return
  }
  throw new Error('never content')
}

it.each(SENDERS)(
  '$name counts once through a refusal and a lost reply, with a poison record in the middle',
  async (sender) => {
    door.proxy.plan('refuse', 'lose')
    const records = Array.from({ length: 10 }, (_, n) => (n === 5 ? POISON : record(n)))
    await sendUntilContent(sender, sender.body(records))
    expect(door.proxy.passed.map(({ mishap }) => mishap)).toEqual(['refuse', 'lose', null])
    expect(await door.counts(sender.name, 9)).toEqual({
      counts: { 'pay 200': 8, 'pay 502': 1 },
      accepted: 9,
      rejected: 1,
    })
  },
)
