import { gzipSync, zstdCompressSync } from 'node:zlib'
import { encode, ExtData } from '@msgpack/msgpack'
import { compressSync as snappy } from 'snappy'
import { accessLine, DoorUnderTest } from '../doors/testing/door-under-test.js'
import { BASIC, counted, KEY, taken } from '../doors/testing/generic-reply.js'

// Requests as these shippers make them, where they themselves cannot be had.

let door: DoorUnderTest

beforeAll(async () => {
  door = await DoorUnderTest.start()
})
afterAll(() => door.stop())

const line = (status: number, rid = '') => `${accessLine(status, '/a', rid)} host=pay`
const send = (source: string, body: string | Uint8Array, headers: Record<string, string>, method = 'POST') =>
  door.send(`/v1/ingest/${source}`, body, { ...KEY, ...headers }, method)

/** Seconds and nanoseconds of now, as Fluent Bit packs them. */
function eventTime(nanoseconds: number): ExtData {
  const data = Buffer.alloc(8)
  data.writeUInt32BE(Math.floor(Date.now() / 1_000))
  data.writeUInt32BE(nanoseconds, 4)
  return new ExtData(0, data)
}

const fluentBitRecord = (status: number) => ({
  log: line(status),
  kubernetes: { pod_name: 'gw-1', labels: { app: 'gw' } },
})

describe("Fluent Bit's http", () => {
  const msgpack = Buffer.concat([
    encode([[eventTime(123_456_789), {}], fluentBitRecord(200)]),
    encode([[eventTime(223_456_789), {}], fluentBitRecord(502)]),
    encode([eventTime(323_456_789), { log: 'nonsense' }]),
  ])
  const headers = { 'content-type': 'application/msgpack', 'user-agent': 'Fluent-Bit' }

  it.each([
    ['plain', (body: Buffer) => body],
    ['gzip', gzipSync],
    ['snappy', snappy],
    ['zstd', zstdCompressSync],
  ])('is counted in MessagePack, %s, once when the chunk comes again', async (encoding, encoded) => {
    const source = `fluent-bit-${encoding}`
    const more = { ...headers, ...(encoding !== 'plain' && { 'content-encoding': encoding }) }
    const body = Buffer.from(encoded(msgpack))
    expect(counted(await send(source, body, more))).toMatchObject(taken(2, 1))
    expect(counted(await send(source, body, more))).toMatchObject(taken(0, 0, 3))
    expect(await door.counts(source, 2)).toEqual({ 'pay 200': 1, 'pay 502': 1 })
  })

  it('takes the time of the entry where the record tells none', async () => {
    const old = encode([Math.floor(Date.now() / 1_000) - 72 * 3_600, { status: 200 }])
    expect(counted(await send('fluent-bit-time', old, headers))).toMatchObject({
      ...taken(0, 1),
      errors: [{ index: 0, reason: 'too_old' }],
    })
  })

  it.each([
    ['json', 'application/json', (records: object[]) => JSON.stringify(records)],
    ['json_stream', 'application/json', (records: object[]) => records.map((each) => JSON.stringify(each)).join('')],
    [
      'json_lines',
      'application/x-ndjson',
      (records: object[]) => records.map((each) => `${JSON.stringify(each)}\n`).join(''),
    ],
  ])('is counted as %s', async (format, type, written) => {
    const records = [200, 502].map((status) => ({ date: Date.now() / 1_000, ...fluentBitRecord(status) }))
    const source = `fluent-bit-${format}`
    expect(counted(await send(source, written(records), { ...headers, 'content-type': type }))).toMatchObject(taken(2))
    expect(await door.counts(source, 2)).toEqual({ 'pay 200': 1, 'pay 502': 1 })
  })

  it('may know nothing but the host: its default is the root', async () => {
    const reply = await door.send('/?source=fluent-bit-root&tag=kube.gw', msgpack, { ...KEY, ...headers })
    expect(counted(reply)).toMatchObject(taken(2, 1))
  })

  it('is told of a body that is no MessagePack', async () => {
    const reply = await send('fluent-bit-broken', Buffer.from([0xdd, 0xff, 0xff, 0xff, 0xff, 0]), headers)
    expect(counted(reply)).toMatchObject({ status: 400, code: 'unreadable_body' })
  })
})

describe("Fluentd's out_http", () => {
  const records = [200, 502].map((status) => ({ message: line(status) }))
  it.each([
    ['application/x-ndjson', records.map((each) => `${JSON.stringify(each)}\n`).join('')],
    ['application/json', JSON.stringify(records)],
    ['application/x-msgpack', Buffer.concat(records.map((each) => encode(each)))],
  ])('is counted as %s', async (type, body) => {
    const source = `fluentd-${type.replace('application/', '')}`
    expect(counted(await send(source, body, { ...BASIC, 'content-type': type }))).toMatchObject(taken(2))
    expect(await door.counts(source, 2)).toEqual({ 'pay 200': 1, 'pay 502': 1 })
  })
})

describe("Vector's http", () => {
  const records = [200, 502].map((status, n) => ({
    message: line(status, `v${n}`),
    timestamp: new Date().toISOString(),
    source_type: 'file',
    file: '/var/log/nginx/access.log',
    host: 'gw-1',
  }))
  const headers = { 'user-agent': 'Vector/0.43.0', 'accept-encoding': 'gzip, zstd' }

  it.each([
    ['json', 'application/json', JSON.stringify(records), ''],
    ['ndjson', 'application/x-ndjson', gzipSync(records.map((each) => `${JSON.stringify(each)}\n`).join('')), 'gzip'],
    ['text', 'text/plain', zstdCompressSync(records.map(({ message }) => `${message}\n`).join('')), 'zstd'],
  ])('is counted as %s, once when it tries again', async (format, type, body, encoding) => {
    const more = { ...headers, 'content-type': type, ...(encoding !== '' && { 'content-encoding': encoding }) }
    expect(counted(await send(`vector-${format}`, body, more))).toMatchObject(taken(2))
    expect(counted(await send(`vector-${format}`, body, more))).toMatchObject(taken(0, 0, 2))
    expect(await door.counts(`vector-${format}`, 2)).toEqual({ 'pay 200': 1, 'pay 502': 1 })
  })
})

const logstashEvent = (status: number) => ({
  '@timestamp': new Date().toISOString(),
  '@version': '1',
  message: line(status),
  event: { original: line(status) },
  host: { name: 'gw-1' },
  log: { file: { path: '/var/log/nginx/access.log' } },
})

describe("Logstash's http", () => {
  it.each([
    ['json', JSON.stringify(logstashEvent(200)), 1],
    ['json_batch', JSON.stringify([logstashEvent(200), logstashEvent(200)]), 2],
    ['message', logstashEvent(200).message, 1],
  ])('is counted as %s', async (format, body, events) => {
    const headers = {
      'content-type': format === 'message' ? 'text/plain' : 'application/json',
      'user-agent': 'Manticore 0.9.1',
    }
    expect(counted(await send(`logstash-${format}`, body, headers))).toMatchObject(taken(events))
    expect(await door.counts(`logstash-${format}`, events)).toEqual({ 'pay 200': events })
  })
})

const formatJson = (status: number) =>
  JSON.stringify({
    PROGRAM: 'nginx',
    PRIORITY: 'info',
    MESSAGE: line(status),
    HOST: 'gw-1',
    FACILITY: 'local7',
    DATE: 'Nov 22 23:20:26',
  })

describe("syslog-ng's http and rsyslog's omhttp", () => {
  it.each([
    ['a raw line', line(200), 'application/x-www-form-urlencoded', 1],
    ['raw lines', `${line(200)}\n${line(200)}`, 'application/x-www-form-urlencoded', 2],
    ['format-json', formatJson(200), 'application/json', 1],
    ['format-json with a body of its own', `[${formatJson(200)},${formatJson(200)}]`, 'application/json', 2],
    ['jsonarray', JSON.stringify([{ msg: 'x', message: line(200) }]), 'application/json; charset=utf-8', 1],
  ])('are counted as %s', async (what, body, type, events) => {
    const source = what.replaceAll(' ', '-')
    const headers = { ...BASIC, 'content-type': type, 'X-Syslog-Host': 'gw-1', 'X-Syslog-Program': 'nginx' }
    expect(counted(await send(source, body, headers))).toMatchObject(taken(events))
    expect(await door.counts(source, events)).toEqual({ 'pay 200': events })
  })
})
