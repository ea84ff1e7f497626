import { createSocket } from 'node:dgram'
import { connect } from 'node:net'
import { once } from 'node:events'
import { accessLine, DoorUnderTest } from '../testing/door-under-test.js'

let door: DoorUnderTest
let port: number

beforeAll(async () => {
  door = await DoorUnderTest.start({ SYSLOG_PORT: '0', STATUSLINE_SOURCES: '{"syslog":{"format":"auto"}}' })
  port = door.ports('syslog')['tcp']!
})
afterAll(() => door.stop())

async function overTcp(...chunks: (string | Buffer)[]): Promise<void> {
  const socket = connect(port, '127.0.0.1')
  await once(socket, 'connect')
  for (const chunk of chunks) socket.write(chunk)
  socket.end()
  await once(socket, 'close')
}

const message = (status: number) => `<190>Nov 22 23:20:26 web1 nginx: ${accessLine(status)} host=shop`

it('counts lines over UDP and TCP, in every framing, as best effort', async () => {
  const datagrams = createSocket('udp4')
  for (const status of [200, 502, 404]) datagrams.send(message(status), port, '127.0.0.1')
  datagrams.send(`${message(200)}\n`, port, '127.0.0.1')
  await overTcp(`${message(200)}\n${message(503)}\n`)
  const counted = `<142>1 2026-11-22T23:20:27Z - haproxy 1 - - ${accessLine(504)} host=shop`
  await overTcp(`${counted.length} ${counted}`, `${counted.length} `, counted)
  await overTcp(`{"status":201,"service":"shop"}\n`)
  expect(await door.counts('syslog', 9)).toEqual({
    'shop 200': 3,
    'shop 201': 1,
    'shop 404': 1,
    'shop 502': 1,
    'shop 503': 1,
    'shop 504': 2,
  })
  const { sources } = await door.graphql<{ sources: { name: string; delivery: string }[] }>(
    '{ sources { name delivery } }',
  )
  expect(sources.find(({ name }) => name === 'syslog')?.delivery).toBe('BEST_EFFORT')
  await new Promise<void>((resolve) => datagrams.close(() => resolve()))
})

it('reads the JSON behind the cookie of CEE', async () => {
  const before = await door.ledger('syslog', 9)
  await overTcp(`<134>Nov 22 23:20:27 web1 nginx: @cee: {"status":202,"service":"shop"}\n@cee:{"status":202}\n`)
  expect(await door.ledger('syslog', 11)).toEqual({ ...before, accepted: before.accepted + 2 })
})

it('keeps a bad line out of the way of the others', async () => {
  const before = await door.ledger('syslog', 11)
  await overTcp(`<190>Nov 22 23:20:26 web1 nginx: nonsense\n${message(200)}\n`)
  const after = await door.ledger('syslog', 13)
  expect(after).toEqual({ accepted: before.accepted + 1, duplicate: 0, rejected: before.rejected + 1 })
})
