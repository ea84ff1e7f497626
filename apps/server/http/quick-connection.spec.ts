import type { Socket } from 'node:net'
import { Duplex } from 'node:stream'
import { setImmediate as turn } from 'node:timers/promises'
import { QuickConnection } from './quick-connection.js'
import type { QuickLane } from './quick-lane.js'
import { QuickReplies } from './quick-reply.js'

const POST = 'POST /v1/ingest HTTP/1.1\r\nHost: localhost\r\nContent-Length: 14\r\n\r\n{"status":200}'

/** A connection whose other end reads replies only when it is told to. */
function connected() {
  let begun = 0
  const unread: (() => void)[] = []
  const socket = new Duplex({
    writableHighWaterMark: 1,
    read: () => undefined,
    write: (_chunk, _encoding, written) => void unread.push(() => written()),
  })
  const lane = {
    parts: { limits: { headerBytes: 16_384, headerCount: 100 }, requestIds: { of: () => 'id' } },
    replies: new QuickReplies(5_000),
    begin: () => {
      begun += 1
      return Promise.resolve({ statusCode: 202, body: '{}' })
    },
    answering: () => undefined,
    forget: () => undefined,
  }
  // Only what is used of them.
  const connection = new QuickConnection(socket as unknown as Socket, lane as unknown as QuickLane, () => undefined)
  return { socket, unread, connection, begun: () => begun }
}

const settle = async (): Promise<void> => {
  for (let n = 0; n < 10; n++) await turn()
}

it('answers no more than its sender reads', async () => {
  const { socket, unread, begun } = connected()
  socket.push(POST)
  await settle()
  socket.push(POST)
  await settle()
  expect(begun()).toBe(1)
  unread.shift()?.()
  await settle()
  expect(begun()).toBe(2)
  socket.destroy()
})
