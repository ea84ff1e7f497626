import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { pollUntil, testDatabase, type TestDatabase } from '#testing'
import { sendRaw, startServerUnderTest, type RawReply, type ServerUnderTest } from '../testing/server-under-test.js'

let database: TestDatabase
let server: ServerUnderTest

beforeAll(async () => {
  database = await testDatabase()
  server = await startServerUnderTest({ DATABASE_URL: database.url })
})

afterAll(async () => {
  await server.stop()
  await database.drop()
})

const EVENT = '{"status":200,"method":"GET","path":"/a"}'

const post = (body: string, fields: readonly string[] = [], path = '/v1/ingest/edge'): string =>
  [`POST ${path} HTTP/1.1`, 'Host: localhost', ...fields, `Content-Length: ${Buffer.byteLength(body)}`, '', body].join(
    '\r\n',
  )

/** The same request in a spelling that is not the plainest: for Node. */
const forNode = (text: string): string => text.replace('Host: ', 'Host:  ')

const comparable = ({ status, headers, body }: RawReply): object => {
  const { date, 'x-request-id': id, ...others } = headers
  return { status, body, headers: others, hasDate: (date ?? '').endsWith('GMT'), hasId: (id ?? '') !== '' }
}

describe('a plain request', () => {
  it.each([
    ['counted', post(EVENT), 202],
    ['counted at the root', post(EVENT, [], '/'), 202],
    ['counted, with an id', post(EVENT, ['X-Request-Id: mine']), 202],
    ['rejected records', post('{"status":"x"}\n{}\n'), 202],
    ['no log', post('\u0000\u0001\u0002\u0000\u0003'), 400],
    ['a push of Loki', post('{"streams":[{"stream":{"a":"b"},"values":[["1","x"]]}]}'), 400],
    ['a format that nobody knows', post(EVENT, ['X-Statusline-Format: nope']), 422],
    ['a file span that is none', post(EVENT, ['X-Statusline-File: nope']), 422],
    ['another origin', post(EVENT, ['Origin: http://evil.example']), 403],
    ['nothing there', post(EVENT, [], '/nothing'), 404],
    ['a source that is none', post(EVENT, [], '/v1/ingest/a%20b'), 422],
  ])('%s: gets the reply that Node gives', async (_what, text, status) => {
    const whole = await sendRaw(server.port, text)
    const other = await sendRaw(server.port, forNode(text))
    expect(whole.status).toBe(status)
    expect(comparable(whole)).toEqual(comparable(other))
  })

  it('is refused where its key came with another body', async () => {
    const key = 'Idempotency-Key: quick'
    expect((await sendRaw(server.port, post(EVENT, [key]))).status).toBe(202)
    const whole = await sendRaw(server.port, post(`${EVENT} `, [key]))
    expect(whole.status).toBe(422)
    expect(comparable(whole)).toEqual(comparable(await sendRaw(server.port, forNode(post(`${EVENT} `, [key])))))
  })
})

it('is refused like any other where more comes than there is room for', async () => {
  const small = await startServerUnderTest({
    DATABASE_URL: database.url,
    STATUSLINE_LIMITS_CONCURRENT_BODY_BYTES: String(2 ** 20),
    STATUSLINE_LIMITS_BODY_BYTES: String(2 ** 19),
    STATUSLINE_LIMITS_DECODED_BYTES: String(2 ** 19),
  })
  const unfinished = Array.from({ length: 10 }, () => connect(small.port, '127.0.0.1'))
  for (const socket of unfinished) {
    socket.on('error', () => undefined)
    socket.write(`POST /v1/ingest/edge HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${2 ** 19}\r\n\r\n`)
    socket.write(`${EVENT}\n`)
  }
  // Half of the room, which is all that one source may have, is too little for all of them.
  await Promise.race(unfinished.map((socket) => once(socket, 'data')))
  const whole = await sendRaw(small.port, post(EVENT))
  const other = await sendRaw(small.port, forNode(post(EVENT)))
  expect(whole).toMatchObject({ status: 503, headers: { 'retry-after': '1' } })
  expect(comparable(whole)).toEqual(comparable(other))
  for (const socket of unfinished) socket.destroy()
  await small.stop()
})

/** A connection, and how many replies of a status came on it. */
class Talk {
  private text = ''
  private constructor(readonly socket: Socket) {
    socket.setEncoding('latin1').on('data', (text: string) => (this.text += text))
  }

  static async open(): Promise<Talk> {
    const socket = connect(server.port, '127.0.0.1')
    await once(socket, 'connect')
    return new Talk(socket)
  }

  async statuses(count: number): Promise<string[]> {
    const found = (): string[] => [...this.text.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status ?? '')
    await pollUntil(() => Promise.resolve(found().length >= count), { deadlineMs: 20_000, what: `${count} replies` })
    return found()
  }
}

describe('one connection', () => {
  it('takes plain requests, then others, then plain ones again', async () => {
    const talk = await Talk.open()
    const sent: string[] = []
    for (const text of [post(EVENT), post(EVENT), 'GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n', post(EVENT)]) {
      sent.push(text)
      talk.socket.write(text)
      await talk.statuses(sent.length)
    }
    expect(await talk.statuses(4)).toEqual(['202', '202', '200', '202'])
    talk.socket.destroy()
  })

  it.each([
    ['at once', [post(EVENT) + post(EVENT) + post(EVENT)]],
    ['before the first is answered', [post(EVENT), post(EVENT), post(EVENT)]],
    ['cut anywhere', [post(EVENT), post(EVENT).slice(0, 30), post(EVENT).slice(30) + post(EVENT)]],
  ])('answers requests that come %s, in order', async (_how, pieces) => {
    const talk = await Talk.open()
    talk.socket.setNoDelay(true)
    for (const piece of pieces) {
      talk.socket.write(piece)
      await new Promise((resolve) => setImmediate(resolve))
    }
    expect(await talk.statuses(3)).toEqual(['202', '202', '202'])
    talk.socket.destroy()
  })

  it('is answered where its sender has ended its half', async () => {
    const talk = await Talk.open()
    talk.socket.end(post(EVENT))
    const closed = once(talk.socket, 'close')
    expect(await talk.statuses(1)).toEqual(['202'])
    await closed
  })
})

it('ends with the connections that it still holds', async () => {
  const other = await startServerUnderTest({ DATABASE_URL: database.url })
  const idle = connect(other.port, '127.0.0.1')
  await once(idle, 'connect')
  const answered = connect(other.port, '127.0.0.1')
  answered.write(post(EVENT))
  await once(answered, 'data')
  const closed = Promise.all([once(idle.resume(), 'close'), once(answered.resume(), 'close')])
  await other.stop()
  await closed
})
