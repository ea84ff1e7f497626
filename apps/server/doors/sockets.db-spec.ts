import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { networkInterfaces } from 'node:os'
import { Client, credentials } from '@grpc/grpc-js'
import { pollUntil, testDatabase, type TestDatabase } from '#testing'
import { startServerUnderTest } from '../testing/server-under-test.js'
import { accessLine, DoorUnderTest } from './testing/door-under-test.js'

const ALL = {
  SYSLOG_PORT: '0',
  STATUSLINE_SOCKETS_FORWARD_PORT: '0',
  STATUSLINE_SOCKETS_ALS_PORT: '0',
}
const LOCKED = { ...ALL, STATUSLINE_SOCKETS_ALLOW: '[{"cidr":"127.0.0.2","source":"edge-2"}]' }

let locked: DoorUnderTest
beforeAll(async () => {
  locked = await DoorUnderTest.start(LOCKED)
})
afterAll(() => locked.stop())

const refusals = (door: string): string => `statusline_ingest_requests_total{door="${door}",reason="foreign_peer"}`
const line = (status: number): string => `<190>Nov 22 23:20:26 web1 nginx: ${accessLine(status)} host=shop\n`

/** A connection from one of the addresses of this machine. */
async function from(localAddress: string, port: number, host = '127.0.0.1'): Promise<Socket> {
  const socket = connect({ port, host, localAddress })
  socket.on('error', () => undefined)
  await once(socket, 'connect')
  return socket
}

async function sendDatagram(text: string, port: number, host: string, address?: string): Promise<void> {
  const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4')
  if (address !== undefined) await new Promise<void>((resolve) => socket.bind(0, address, resolve))
  await new Promise((resolve) => socket.send(text, port, host, resolve))
  await new Promise<void>((resolve) => socket.close(() => resolve()))
}

const refused = (door: string, times: number) =>
  pollUntil(async () => (await locked.metric(refusals(door))) === times, {
    deadlineMs: 20_000,
    what: `${times} strangers at ${door}`,
  })

describe('strangers', () => {
  it('are refused and counted at every door', async () => {
    const port = locked.ports('syslog')['tcp']!
    const tcp = await from('127.0.0.1', port)
    tcp.write(line(500))
    await once(tcp, 'close')
    await sendDatagram(line(500), port, '127.0.0.1')
    await refused('syslog', 2)

    const forward = await from('127.0.0.1', locked.ports('forward')['tcp']!)
    await once(forward, 'close')
    await refused('forward', 1)

    const client = new Client(`127.0.0.1:${locked.ports('als')['grpc']}`, credentials.createInsecure())
    const code = await new Promise((resolve) => {
      const path = '/envoy.service.accesslog.v3.AccessLogService/StreamAccessLogs'
      const call = client.makeClientStreamRequest(
        path,
        () => Buffer.alloc(0),
        () => null,
        (error) => resolve(error?.code),
      )
      call.end()
    })
    client.close()
    expect(code).toBe(7)
    await refused('als', 1)
  })

  it('do not keep others out, who count under the source of their network', async () => {
    const port = locked.ports('syslog')['tcp']!
    const tcp = await from('127.0.0.2', port)
    tcp.end(line(200))
    await sendDatagram(line(404), port, '127.0.0.1', '127.0.0.2')
    expect(await locked.counts('edge-2', 2)).toEqual({ 'shop 200': 1, 'shop 404': 1 })
  })
})

/** An address of this machine that is not loopback. */
const outside = Object.values(networkInterfaces())
  .flat()
  .find((one) => one?.family === 'IPv4' && !one.internal)?.address

it('on all addresses and without rules lets in this machine by its loopback alone, and says so', async () => {
  const door = await DoorUnderTest.start({ ...ALL, HOST: '0.0.0.0' })
  expect(door.logLines.filter((one) => one.includes('sockets.allow names no network')).length).toBe(1)
  const port = door.ports('syslog')['tcp']!
  const near = await from('127.0.0.1', port)
  near.end(line(200))
  if (outside !== undefined) {
    const far = await from(outside, port, outside)
    far.write(line(500))
    await once(far, 'close')
    await sendDatagram(line(500), port, outside)
    await pollUntil(async () => (await door.metric(refusals('syslog'))) === 2, { deadlineMs: 20_000, what: 'refusals' })
  }
  expect(await door.counts('syslog', 1)).toEqual({ 'shop 200': 1 })
  await door.stop()
})

it('over IPv6 takes the same, also of addresses of IPv4 that came that way', async () => {
  const door = await DoorUnderTest.start({ ...ALL, HOST: '::1' })
  const port = door.ports('syslog')['tcp']!
  const tcp = await from('::1', port, '::1')
  tcp.end(line(200))
  await sendDatagram(line(404), port, '::1')
  expect(await door.counts('syslog', 2)).toEqual({ 'shop 200': 1, 'shop 404': 1 })
  await door.stop()

  const both = await DoorUnderTest.start({ ...ALL, HOST: '::' })
  const mapped = await from('127.0.0.1', both.ports('syslog')['tcp']!)
  mapped.end(line(200))
  expect(await both.counts('syslog', 1)).toEqual({ 'shop 200': 1 })
  await both.stop()
})

it('tells what the system threw away of UDP, where it says so', async () => {
  const drops = await locked.metric('statusline_udp_dropped_total{door="syslog"}')
  expect(drops).toBe(existsSync('/proc/net/udp') ? 0 : null)
})

describe('a port that another program has', () => {
  let other: Server
  let database: TestDatabase
  beforeAll(async () => {
    other = createServer()
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
    database = await testDatabase()
  })
  afterAll(async () => {
    other.close()
    await database.drop()
  })

  it.each([
    ['SYSLOG_PORT', 'SYSLOG_PORT'],
    ['STATUSLINE_SOCKETS_FORWARD_PORT', 'sockets.forwardPort'],
    ['STATUSLINE_SOCKETS_ALS_PORT', 'sockets.alsPort'],
  ])('ends the start with one line: %s', async (variable, setting) => {
    const port = String((other.address() as AddressInfo).port)
    const logLines: string[] = []
    const start = startServerUnderTest({ DATABASE_URL: database.url, [variable]: port }, logLines)
    await expect(start).rejects.toThrow(`${setting} is ${port}: another program listens there already`)
    expect(logLines.filter((one) => one.includes('EADDRINUSE'))).toEqual([])
  })

  it('is told by UDP, too', async () => {
    const socket = createSocket('udp4')
    await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve))
    const port = String(socket.address().port)
    const start = startServerUnderTest({ DATABASE_URL: database.url, SYSLOG_PORT: port })
    await expect(start).rejects.toThrow(`SYSLOG_PORT is ${port}: another program listens there already`)
    await new Promise<void>((resolve) => socket.close(() => resolve()))
  })
})
