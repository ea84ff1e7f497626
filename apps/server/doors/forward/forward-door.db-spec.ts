import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { gzipSync } from 'node:zlib'
import { decodeMultiStream, encode, ExtData } from '@msgpack/msgpack'
import { accessLine, DoorUnderTest } from '../testing/door-under-test.js'

const SHARED_KEY = 'forward-shared-key'
let door: DoorUnderTest
let locked: DoorUnderTest

beforeAll(async () => {
  door = await DoorUnderTest.start({ STATUSLINE_SOCKETS_FORWARD_PORT: '0' })
  locked = await DoorUnderTest.start({
    STATUSLINE_SOCKETS_FORWARD_PORT: '0',
    STATUSLINE_SOCKETS_FORWARD_SHARED_KEY: SHARED_KEY,
  })
})
afterAll(async () => {
  await door.stop()
  await locked.stop()
})

async function open(to: DoorUnderTest): Promise<{ socket: Socket; replies: AsyncIterator<unknown> }> {
  const socket = connect(to.ports('forward')['tcp']!, '127.0.0.1')
  await once(socket, 'connect')
  return { socket, replies: decodeMultiStream(socket)[Symbol.asyncIterator]() }
}

const now = () => Math.floor(Date.now() / 1_000)
/** Fluentd's EventTime: seconds and nanoseconds. */
function eventTime(): ExtData {
  const data = Buffer.alloc(8)
  data.writeUInt32BE(now())
  data.writeUInt32BE(250_000_000, 4)
  return new ExtData(0, data)
}
const record = (status: number) => ({ log: `${accessLine(status)} host=pay`, container_name: '/pay' })
const packed = (...statuses: number[]) => Buffer.concat(statuses.map((status) => encode([eventTime(), record(status)])))

it('counts records of all modes, and acknowledges the chunks that ask for it', async () => {
  const { socket, replies } = await open(door)
  socket.write(encode(['web', now(), record(200), { chunk: 'c1' }]))
  expect((await replies.next()).value).toEqual({ ack: 'c1' })
  socket.write(
    encode([
      'web',
      [
        [eventTime(), record(502)],
        [[eventTime(), {}], record(404)],
      ],
      { chunk: 'c2' },
    ]),
  )
  expect((await replies.next()).value).toEqual({ ack: 'c2' })
  const body = packed(200, 503)
  for (const byte of encode(['web', body, { chunk: 'c3', size: 2 }])) socket.write(Uint8Array.of(byte))
  expect((await replies.next()).value).toEqual({ ack: 'c3' })
  socket.write(encode(['web', gzipSync(packed(200)), { chunk: 'c4', compressed: 'gzip' }]))
  expect((await replies.next()).value).toEqual({ ack: 'c4' })
  socket.write(encode(['web', [[now(), { status: 201, service: 'pay' }]]]))
  expect(await door.counts('forward', 7)).toEqual({
    'pay 200': 3,
    'pay 201': 1,
    'pay 404': 1,
    'pay 502': 1,
    'pay 503': 1,
  })
  socket.end()
})

it('counts a chunk once, and keeps a bad record out of the way of the others', async () => {
  const before = await door.ledger('forward', 7)
  const { socket, replies } = await open(door)
  const message = encode([
    'web',
    [
      [now(), record(200)],
      [now(), { log: 'nonsense' }],
      [now(), 17],
    ],
    { chunk: 'twice' },
  ])
  for (let i = 0; i < 2; i++) {
    socket.write(message)
    expect((await replies.next()).value).toEqual({ ack: 'twice' })
  }
  const after = await door.ledger('forward', 13)
  expect(after).toEqual({ accepted: before.accepted + 1, duplicate: 3, rejected: before.rejected + 2 })
  socket.end()
})

it('passes over nil, as Fluentd does, and counts what comes behind it', async () => {
  const { accepted, rejected, duplicate } = await door.ledger('forward', 0)
  const { socket, replies } = await open(door)
  for (const chunk of ['behind-nil', 'behind-more']) {
    socket.write(Buffer.concat([encode(null), encode(null), encode(['web', now(), record(200), { chunk }])]))
    expect((await replies.next()).value).toEqual({ ack: chunk })
  }
  const received = accepted + rejected + duplicate + 2
  expect(await door.ledger('forward', received)).toEqual({ accepted: accepted + 2, rejected, duplicate })
  socket.end()
})

it('gives back a chunk that is no text byte for byte', async () => {
  const { accepted, rejected, duplicate } = await door.ledger('forward', 0)
  const { socket, replies } = await open(door)
  const chunk = Buffer.from([0x00, 0xff, 0x01])
  socket.write(encode(['web', now(), record(200), { chunk }]))
  expect((await replies.next()).value).toEqual({ ack: new Uint8Array(chunk) })
  const received = accepted + rejected + duplicate + 1
  expect(await door.ledger('forward', received)).toEqual({ accepted: accepted + 1, rejected, duplicate })
  socket.end()
})

it('leaves metrics and traces alone, acknowledges them, and ends a connection that is no forward protocol', async () => {
  const before = await door.ledger('forward', 0)
  const { socket, replies } = await open(door)
  socket.write(encode(['m', Buffer.from([0x80]), { fluent_signal: 1, chunk: 'metrics' }]))
  expect((await replies.next()).value).toEqual({ ack: 'metrics' })
  for (const garbage of [Buffer.from([0xc1]), Buffer.from('GET / HTTP/1.1\r\n\r\n'), encode({ a: 1 })]) {
    const other = await open(door)
    other.socket.write(garbage)
    expect((await other.replies.next()).done).toBe(true)
  }
  expect(await door.ledger('forward', 0)).toEqual(before)
  expect(door.logLines.filter((line) => line.includes('a forward connection failed')).length).toBe(1)
  socket.end()
})

it('keeps packed entries that break off from coming for ever: those in front count, the rest is rejected', async () => {
  const before = await door.ledger('forward', 0)
  const { socket, replies } = await open(door)
  const torn = packed(200, 404).subarray(0, -3)
  for (const [chunk, body, option] of [
    ['torn', torn, {}],
    ['no-gzip', Buffer.from('no gzip at all'), { compressed: 'gzip' }],
    ['half-gzip', gzipSync(packed(200)).subarray(0, 20), { compressed: 'gzip' }],
  ] as const) {
    socket.write(encode(['web', body, { chunk, ...option }]))
    expect((await replies.next()).value).toEqual({ ack: chunk })
  }
  const { accepted, rejected } = before
  const received = before.accepted + before.duplicate + before.rejected + 4
  expect(await door.ledger('forward', received)).toMatchObject({ accepted: accepted + 1, rejected: rejected + 3 })
  socket.end()
})

it('waits with what nobody would send again until the database is back, and with its acknowledgement of the rest', async () => {
  const quick = await DoorUnderTest.start({ STATUSLINE_SOCKETS_FORWARD_PORT: '0' })
  const { socket } = await open(quick)
  const other = await open(quick)
  await quick.withoutDatabase(async () => {
    socket.write(encode(['web', now(), record(200)]))
    other.socket.write(encode(['web', now(), record(502), { chunk: 'c' }]))
    // Nothing is acknowledged: the sender has to come again.
    expect((await other.replies.next()).done).toBe(true)
  })
  expect(await quick.counts('forward', 1)).toEqual({ 'pay 200': 1 })
  const again = await open(quick)
  again.socket.write(encode(['web', now(), record(502), { chunk: 'c' }]))
  expect((await again.replies.next()).value).toEqual({ ack: 'c' })
  expect(await quick.counts('forward', 2)).toEqual({ 'pay 200': 1, 'pay 502': 1 })
  const { sources } = await quick.graphql<{ sources: { name: string; delivery: string }[] }>(
    '{ sources { name delivery } }',
  )
  expect(sources).toEqual([{ name: 'forward', delivery: 'BEST_EFFORT' }])
  await quick.stop()
})

it('makes durable at the stop what it has received, and acknowledges it', async () => {
  const stopping = await DoorUnderTest.start({ STATUSLINE_SOCKETS_FORWARD_PORT: '0' })
  const { socket, replies } = await open(stopping)
  socket.write(encode(['web', now(), record(200), { chunk: 'last' }]))
  const stopped = stopping.stop()
  expect((await replies.next()).value).toEqual({ ack: 'last' })
  await stopped
})

async function knock(key: string): Promise<{ socket: Socket; replies: AsyncIterator<unknown>; pong: unknown[] }> {
  const { socket, replies } = await open(locked)
  const [, { nonce }] = (await replies.next()).value as ['HELO', { nonce: Uint8Array }]
  const digest = createHash('sha512').update('salt').update('me').update(nonce).update(key).digest('hex')
  socket.write(encode(['PING', 'me', 'salt', digest, '', '']))
  return { socket, replies, pong: (await replies.next()).value as unknown[] }
}

describe('with a shared key', () => {
  it('lets a sender in that knows it', async () => {
    const { socket, replies, pong } = await knock(SHARED_KEY)
    expect(pong.slice(0, 2)).toEqual(['PONG', true])
    socket.write(encode(['web', now(), record(200), { chunk: 'c' }]))
    expect((await replies.next()).value).toEqual({ ack: 'c' })
    socket.end()
  })

  it('shuts out one that does not', async () => {
    const { replies, pong } = await knock('wrong')
    expect(pong).toEqual(['PONG', false, 'the shared key does not match', '', ''])
    expect((await replies.next()).done).toBe(true)
  })

  it('hears no more than a greeting from one that has not proved it', async () => {
    const { socket, replies } = await open(locked)
    await replies.next()
    socket.on('error', () => undefined)
    const closed = new Promise((resolve) => socket.once('close', resolve))
    socket.write(encode(['PING', 'x'.repeat(100_000), '', '', '', '']))
    await closed
    expect(await locked.metric('statusline_ingest_requests_total{door="forward",reason="unreadable_body"}')).toBe(1)
  })
})
