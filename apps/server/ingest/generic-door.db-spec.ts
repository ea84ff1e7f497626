import { accessLine, DoorUnderTest } from '../doors/testing/door-under-test.js'
import { BASIC, counted, KEY } from '../doors/testing/generic-reply.js'

let door: DoorUnderTest

beforeAll(async () => {
  door = await DoorUnderTest.start()
})
afterAll(() => door.stop())

describe('a health check', () => {
  it.each([
    ['HEAD', '/v1/ingest', {}, 200],
    ['HEAD', '/v1/ingest/edge', KEY, 200],
    ['GET', '/v1/ingest', BASIC, 200],
    ['GET', '/v1/ingest', { authorization: 'Bearer wrong' }, 401],
  ])('by %s %s with %j is answered %i', async (method, path, headers, status) => {
    const reply = await door.send(path, undefined, headers as Record<string, string>, method)
    expect(reply.status).toBe(status)
    if (method === 'GET' && status === 200) expect(reply.text).toBe('{"status":"ready"}')
  })
})

describe('a body', () => {
  it.each(['POST', 'PUT', 'PATCH'])('is taken by %s, as http-log of Kong may be told to send it', async (method) => {
    for (const path of ['/v1/ingest', '/v1/ingest/kong', '/']) {
      const reply = await door.send(path, accessLine(200), KEY, method)
      expect(counted(reply)).toMatchObject({ status: 202, accepted: 1 })
    }
  })
})

describe('a push of Loki', () => {
  const STREAMS = { streams: [{ stream: { app: 'pay' }, values: [[`${Date.now()}000000`, accessLine(200)]] }] }
  const OLD = {
    streams: [{ labels: '{app="pay"}', entries: [{ ts: new Date().toISOString(), line: accessLine(200) }] }],
  }

  it.each([
    ['of today', JSON.stringify(STREAMS)],
    ['in many lines', JSON.stringify(STREAMS, null, 2)],
    ['of the older shape', JSON.stringify(OLD)],
  ])('%s is refused with the address that takes it', async (_what, body) => {
    const reply = await door.send('/v1/ingest/lost', body, { ...KEY, 'content-type': 'application/json' })
    expect(counted(reply)).toMatchObject({
      status: 400,
      code: 'loki_push',
      message: expect.stringContaining('/loki/api/v1/push'),
    })
    expect((await door.send('/loki/api/v1/push', body, { ...KEY, 'content-type': 'application/json' })).status).toBe(
      204,
    )
  })

  it('is none where the object is an event', async () => {
    for (const streams of [[{ stream: 'a' }], [], 3])
      expect(counted(await door.send('/v1/ingest/found', JSON.stringify({ streams, status: 200 }), KEY))).toMatchObject(
        {
          status: 202,
          accepted: 1,
        },
      )
    expect(counted(await door.send('/v1/ingest/found', '{"streams":3}', KEY))).toMatchObject({
      status: 202,
      rejected: 1,
    })
  })
})

describe('what is not understood', () => {
  it.each([
    ['a misspelt parameter', '/v1/ingest?sorce=edge', {}, 'sorce: unknown; the parameters are source, format'],
    ['a key in the address', '/v1/ingest/edge?token=abc', {}, 'token: unknown; the parameters are source, format'],
    [
      'a replay that may or may not be one',
      '/v1/ingest',
      { 'x-statusline-replay': 'true' },
      'X-Statusline-Replay: 1, or 0 for no',
    ],
  ])('is refused: %s', async (_what, path, headers, message) => {
    const reply = await door.send(path, accessLine(200), { ...KEY, ...(headers as Record<string, string>) })
    expect(counted(reply)).toMatchObject({ status: 422, code: 'bad_argument', message })
  })
})
