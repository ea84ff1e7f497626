import { connect } from 'node:net'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { pollUntil } from '#testing'
import { accessLine, DOOR_KEY, DoorUnderTest } from '../../doors/testing/door-under-test.js'
import { counted, KEY, taken } from '../../doors/testing/generic-reply.js'

let door: DoorUnderTest

beforeAll(async () => {
  door = await DoorUnderTest.start({ STATUSLINE_SCAN_THREADS: '2' })
})
afterAll(() => door.stop())

/** So long that it comes in several chunks: about 100 KB. */
const bodyOf = (name: string, status = 200, lines = 1_000): string =>
  Array.from({ length: lines }, (_, line) => accessLine(status, '/orders/7', `${name}-${line}`)).join('\n')

const ndjson = (name: string, lines = 700): string => {
  const ts = new Date().toISOString()
  const line = (at: number) => ({ ts, service: 'pay', path: '/a', status: 502, request_id: `${name}-${at}` })
  return Array.from({ length: lines }, (_, at) => JSON.stringify(line(at))).join('\n')
}

const send = (bytes: string | Uint8Array, encoding: Record<string, string> = {}) =>
  door.send('/v1/ingest/same', bytes, { ...KEY, ...encoding, 'idempotency-key': 'once' })

describe('bodies that two threads scan', () => {
  it('count exactly where they are of one source and come at once, a part of them twice', async () => {
    const once = Array.from({ length: 200 }, (_, body) => ndjson(`many-${body}`))
    const bodies = [...once, ...once.slice(0, 40)]
    const replies = await Promise.all(bodies.map((body) => door.send('/v1/ingest/many', body, KEY)))
    expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([202]))
    const said = replies.map((reply) => counted(reply) as { accepted: number; duplicate: number })
    expect(said.reduce((sum, { accepted }) => sum + accepted, 0)).toBe(200 * 700)
    expect(said.reduce((sum, { duplicate }) => sum + duplicate, 0)).toBe(40 * 700)
    expect(await door.ledger('many', 240 * 700)).toEqual({ accepted: 200 * 700, duplicate: 40 * 700, rejected: 0 })
    expect(await door.counts('many', 200 * 700)).toEqual({ 'pay 502': 200 * 700 })
  })

  it('are the same batch whether they came in chunks or compressed into one', async () => {
    const body = bodyOf('same')
    expect(counted(await send(body))).toMatchObject(taken(1_000))
    expect(counted(await send(gzipSync(body), { 'content-encoding': 'gzip' }))).toMatchObject(taken(0, 0, 1_000))
    expect(counted(await send(zstdCompressSync(body), { 'content-encoding': 'zstd' }))).toMatchObject(
      taken(0, 0, 1_000),
    )
    expect(counted(await send(bodyOf('other')))).toMatchObject({ status: 422 })
    const content = ndjson('content')
    for (const expected of [taken(700), taken(0, 0, 700)])
      expect(counted(await door.send('/v1/ingest/same', content, KEY))).toMatchObject(expected)
  })

  it('name rejected records, and keep them', async () => {
    const body = `${bodyOf('kept')}\nno log line at all\n${bodyOf('kept-too')}\n`
    const reply = counted(await door.send('/v1/ingest/kept', body, KEY))
    expect(reply).toMatchObject({ ...taken(2_000, 1), errors: [{ index: 1_000, reason: 'unreadable' }] })
    const { rejects } = await door.graphql<{ rejects: { nodes: { reason: string; record: string }[] } }>(
      '{ rejects(source: "kept") { nodes { reason record } } }',
    )
    expect(rejects.nodes).toEqual([{ reason: 'unreadable', record: 'no log line at all' }])
  })

  it('are refused where they are no log', async () => {
    const reply = await door.send('/v1/ingest/binary', Buffer.alloc(300_000, Buffer.from([0, 1, 0, 2])), KEY)
    expect(counted(reply)).toMatchObject({ code: 'unreadable_body' })
  })

  it('count nothing where the sender goes away in the middle', async () => {
    const body = bodyOf('gone')
    const head = `POST /v1/ingest/gone HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${DOOR_KEY}\r\nContent-Length: ${body.length + 1}\r\n\r\n`
    await Promise.all(
      Array.from(
        { length: 20 },
        () =>
          new Promise<void>((resolve) => {
            const socket = connect(door.port, '127.0.0.1', () => socket.write(head + body, () => socket.destroy()))
            socket.on('close', () => resolve())
          }),
      ),
    )
    expect(counted(await door.send('/v1/ingest/gone', bodyOf('stayed'), KEY))).toMatchObject(taken(1_000))
    expect(await door.ledger('gone', 1_000)).toEqual({ accepted: 1_000, duplicate: 0, rejected: 0 })
    await pollUntil(async () => (await door.metric('statusline_body_bytes')) === 0, {
      deadlineMs: 10_000,
      what: 'no byte in flight',
    })
  })
})
