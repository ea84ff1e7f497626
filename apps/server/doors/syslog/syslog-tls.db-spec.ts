import { once } from 'node:events'
import { connect as connectPlain, type Socket } from 'node:net'
import { connect, type ConnectionOptions } from 'node:tls'
import { pollUntil, TestAuthority } from '#testing'
import { accessLine, DoorUnderTest } from '../testing/door-under-test.js'

const authority = new TestAuthority()
const own = authority.issue('statusline')
const client = authority.issue('client')
const FILES = {
  STATUSLINE_SOCKETS_SYSLOG_TLS_PORT: '0',
  STATUSLINE_SOCKETS_TLS_CERT: own.certFile,
  STATUSLINE_SOCKETS_TLS_KEY: own.keyFile,
}

let open: DoorUnderTest
let locked: DoorUnderTest

beforeAll(async () => {
  open = await DoorUnderTest.start(FILES)
  locked = await DoorUnderTest.start({ ...FILES, STATUSLINE_SOCKETS_TLS_CA: authority.ca.certFile })
})
afterAll(async () => {
  await open.stop()
  await locked.stop()
  authority.remove()
})

const FAILED = 'statusline_ingest_requests_total{door="syslog",reason="failed_handshake"}'
const counted = (status: number): string => {
  const message = `<142>1 2026-11-22T23:20:27Z - haproxy 1 - - ${accessLine(status)} host=shop`
  return `${message.length} ${message}`
}

/** Sends over TLS; rejects where the connection is not to be had. */
async function send(to: DoorUnderTest, text: string, options: ConnectionOptions = {}): Promise<void> {
  const socket = connect({ port: to.ports('syslog')['tls']!, host: '127.0.0.1', ca: authority.ca.cert, ...options })
  await once(socket, 'secureConnect')
  const closed = once(socket, 'close')
  socket.end(text)
  await closed
}

/** A connection without TLS to the port of TLS. */
async function plain(to: DoorUnderTest, bytes: string | Buffer): Promise<Socket> {
  const socket = connectPlain(to.ports('syslog')['tls']!, '127.0.0.1')
  socket.on('error', () => undefined)
  await once(socket, 'connect')
  socket.write(bytes)
  return socket
}

it('counts what comes under TLS, counted and in lines', async () => {
  await send(open, counted(200) + counted(502))
  await send(open, `<134>Nov 22 23:20:27 web1 nginx: ${accessLine(404)} host=shop\n{"status":201,"service":"shop"}\n`)
  expect(await open.counts('syslog', 4)).toEqual({ 'shop 200': 1, 'shop 201': 1, 'shop 404': 1, 'shop 502': 1 })
})

it('lets in only who has a certificate of the authority, where one is named', async () => {
  const stranger = new TestAuthority()
  const forged = stranger.issue('client')
  await send(locked, counted(200), { cert: client.cert, key: client.key })
  // Under TLS 1.3 a client learns after its first words that it is not let in.
  await send(locked, counted(500)).catch(() => undefined)
  await send(locked, counted(500), { cert: forged.cert, key: forged.key }).catch(() => undefined)
  await pollUntil(async () => (await locked.metric(FAILED)) === 2, {
    deadlineMs: 20_000,
    what: 'two failed handshakes',
  })
  await send(locked, counted(200), { cert: client.cert, key: client.key })
  expect(await locked.counts('syslog', 2)).toEqual({ 'shop 200': 2 })
  stranger.remove()
})

it('lives on after handshakes that fail, and warns once', async () => {
  const before = (await open.metric(FAILED)) ?? 0
  for (let i = 0; i < 5; i++) {
    const socket = await plain(open, `<134>Nov 22 23:20:27 web1 nginx: ${accessLine(500)}\n`)
    await once(socket, 'close')
  }
  await pollUntil(async () => (await open.metric(FAILED)) === before + 5, { deadlineMs: 20_000, what: 'five failures' })
  expect(open.logLines.filter((line) => line.includes('a TLS handshake failed')).length).toBe(1)
  const { accepted } = await open.ledger('syslog', 0)
  await send(open, counted(200))
  expect((await open.ledger('syslog', accepted + 1)).accepted).toBe(accepted + 1)
})

it('stops while connections are open, idle, and in the middle of a handshake', async () => {
  const door = await DoorUnderTest.start(FILES)
  const silent = await plain(door, '')
  const half = await plain(door, Buffer.from('160301', 'hex'))
  const socket = connect({ port: door.ports('syslog')['tls']!, host: '127.0.0.1', ca: authority.ca.cert })
  await once(socket, 'secureConnect')
  const startedMs = performance.now()
  await door.stop()
  expect(performance.now() - startedMs).toBeLessThan(10_000)
  for (const one of [silent, half, socket]) one.destroy()
})
