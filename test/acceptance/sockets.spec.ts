import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { encode } from '@msgpack/msgpack'
import { seededRandom } from '#platform'
import { freePort, pollUntil, ServerProcess, TestAuthority } from '#testing'
import { residentMib } from '../faults/resident.js'
import { sourceCounts } from './source-counts.js'

const authority = new TestAuthority()
const own = authority.issue('statusline')
let server: ServerProcess
let ports: { syslog: number; tls: number; forward: number; als: number }

beforeAll(async () => {
  ports = { syslog: await freePort(), tls: await freePort(), forward: await freePort(), als: await freePort() }
  server = await ServerProcess.start({
    SYSLOG_PORT: String(ports.syslog),
    STATUSLINE_SOCKETS_SYSLOG_TLS_PORT: String(ports.tls),
    STATUSLINE_SOCKETS_TLS_CERT: own.certFile,
    STATUSLINE_SOCKETS_TLS_KEY: own.keyFile,
    STATUSLINE_SOCKETS_FORWARD_PORT: String(ports.forward),
    STATUSLINE_SOCKETS_ALS_PORT: String(ports.als),
  })
})
afterAll(async () => {
  await server.remove()
  authority.remove()
})

async function open(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => undefined)
  await once(socket, 'connect')
  return socket
}

/** Everything is in the kernel's hands when it resolves, or the other side has hung up. */
const write = (socket: Socket, bytes: Uint8Array | string): Promise<void> =>
  new Promise((resolve) => socket.write(bytes, () => resolve()))

const line = (status: number, i: number): string =>
  `<134>Nov 22 23:20:26 web1 app: {"status":${status},"service":"shop","path":"/a","request_id":"r${i}"}\n`

async function told(series: string): Promise<number> {
  const line = (await server.text('/metrics')).split('\n').find((one) => one.startsWith(`${series} `))
  return Number(line?.split(' ').at(-1) ?? 0)
}

const requests = (door: string, reason: string) =>
  told(`statusline_ingest_requests_total{door="${door}",reason="${reason}"}`)

const ready = () => server.text('/readyz')
/** What it logged above a warning. */
const errors = () => server.log.split('\n').filter((one) => /"level":"(error|fatal)"/.test(one))

describe('unfinished messages', () => {
  it('of 1,000 connections at each door cost bounded memory, and those beyond the limit are cut', async () => {
    const before = residentMib(server.pid)
    const sockets = await Promise.all(Array.from({ length: 1_000 }, () => open(ports.syslog)))
    const text = line(200, 1)
    // Counted, 64 KiB, all but its last bytes.
    const message = `{"status":200,"service":"held","padding":"${'x'.repeat(65_000)}"}`
    const head = `${message.length} ${message.slice(0, -10)}`
    await Promise.all(sockets.map((socket) => write(socket, head)))
    const more = await Promise.all(Array.from({ length: 100 }, () => open(ports.syslog)))
    await Promise.all(more.map((socket) => write(socket, head)))
    await pollUntil(async () => (await requests('syslog', 'overloaded')) > 0, {
      deadlineMs: 20_000,
      what: 'a connection to be cut',
    })
    const forward = await Promise.all(Array.from({ length: 1_000 }, () => open(ports.forward)))
    const chunk = encode(['web', Buffer.alloc(65_536), { chunk: 'c' }]).subarray(0, -4_096)
    await Promise.all(forward.map((socket) => write(socket, chunk)))
    expect(residentMib(server.pid) - before).toBeLessThan(400)
    expect(await ready()).toContain('ready')

    const held = [...sockets, ...more].filter(({ destroyed }) => !destroyed)
    expect(held.length).toBeGreaterThan(900)
    await Promise.all(held.map((socket) => write(socket, `${message.slice(-10)}${text}`)))
    const cut = await requests('syslog', 'overloaded')
    const { counts } = await sourceCounts(server, 'syslog', 2 * (1_100 - cut))
    expect(counts).toEqual({ 'held 200': 1_100 - cut, 'shop 200': 1_100 - cut })
    for (const socket of [...held, ...forward]) socket.destroy()
    expect(errors()).toEqual([])
  })
})

describe('garbage', () => {
  it('at every port leaves the server answering, its memory flat and its log quiet', async () => {
    const random = seededRandom(7)
    const bytes = (length: number): Buffer => Buffer.from(Uint8Array.from({ length }, () => random() * 256))
    const before = residentMib(server.pid)
    for (let round = 0; round < 10; round++) {
      const doors = [ports.syslog, ports.tls, ports.forward, ports.als, ports.forward]
      const sockets = await Promise.all(doors.map((port) => open(port)))
      await Promise.all(sockets.map((socket) => write(socket, bytes(1 + Math.floor(random() * 100_000)))))
      for (const socket of sockets) socket.end()
      for (const socket of sockets) socket.resume()
      await pollUntil(() => sockets.every(({ closed }) => closed), {
        deadlineMs: 60_000,
        what: 'every door to hang up on garbage that has ended',
      })
      const datagrams = createSocket('udp4')
      for (let i = 0; i < 50; i++) datagrams.send(bytes(1 + Math.floor(random() * 9_000)), ports.syslog, '127.0.0.1')
      await new Promise<void>((resolve) => setImmediate(() => datagrams.close(() => resolve())))
    }
    expect(residentMib(server.pid) - before).toBeLessThan(200)
    expect(await ready()).toContain('ready')
    expect(errors()).toEqual([])
    const { accepted } = await sourceCounts(server, 'syslog', 1)
    const socket = await open(ports.syslog)
    socket.end(line(404, 2))
    expect((await sourceCounts(server, 'syslog', accepted + 1)).counts['shop 404']).toBe(1)
  })
})

describe('a stop', () => {
  it('by SIGTERM in the middle of a stream makes durable what had arrived', async () => {
    const { accepted } = await sourceCounts(server, 'syslog', 1)
    const [tcp, other] = [await open(ports.syslog), await open(ports.syslog)]
    const datagrams = createSocket('udp4')
    let sent = 0
    for (let i = 0; i < 100; i++) {
      await Promise.all([write(tcp, line(502, sent).repeat(20)), write(other, line(502, sent).repeat(20))])
      await new Promise((resolve) => datagrams.send(line(502, sent), ports.syslog, '127.0.0.1', resolve))
      sent += 41
    }
    expect(await server.end('SIGTERM')).toBe(0)
    expect(server.log).not.toContain('not made durable before the stop')
    await server.start()
    expect((await sourceCounts(server, 'syslog', accepted + sent)).counts['shop 502']).toBe(sent)
    await new Promise<void>((resolve) => datagrams.close(() => resolve()))
  })
})
