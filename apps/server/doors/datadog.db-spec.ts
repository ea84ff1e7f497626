import { accessLine, DOOR_KEY, DoorUnderTest } from './testing/door-under-test.js'

let door: DoorUnderTest

beforeAll(async () => {
  door = await DoorUnderTest.start()
})
afterAll(() => door.stop())

const entry = (message: string, service = 'pay') => ({ message, ddsource: 'nginx', ddtags: 'env:prod', service })
const JSON_TYPE = { 'content-type': 'application/json' }
const KEY = { 'dd-api-key': DOOR_KEY }

describe('the Datadog intake', () => {
  it('counts lines under the service that the agent names, and answers each version as its agents want', async () => {
    const body = JSON.stringify([entry(accessLine(200)), entry(accessLine(502)), entry(accessLine(502), 'cart')])
    const v2 = await door.send('/api/v2/logs?ddsource=dd', body, KEY)
    expect([v2.status, v2.text]).toEqual([202, '{}'])
    const v1 = await door.send(`/v1/input?dd-api-key=${DOOR_KEY}&ddsource=dd`, JSON.stringify(entry(accessLine(404))))
    expect([v1.status, v1.text]).toEqual([200, '{}'])
    expect(await door.counts('dd', 4)).toEqual({ 'pay 200': 1, 'pay 502': 1, 'cart 502': 1, 'pay 404': 1 })
  })

  it.each([
    ['/v1/input', KEY],
    [`/v1/input/${DOOR_KEY}`, {}],
    [`/v1/input/${DOOR_KEY}?hostname=web1`, { 'dd-api-key': '' }],
  ])('takes logs of old senders at %s', async (path, headers) => {
    const body = JSON.stringify(entry(accessLine(200)))
    const url = `${path}${path.includes('?') ? '&' : '?'}ddsource=old`
    const reply = await door.send(url, body, headers as Record<string, string>)
    expect([reply.status, reply.text]).toEqual([200, '{}'])
  })

  it('tells no key of an address to the log or the sender', async () => {
    const secrets = ['0123456789abcdef0123456789abcdef', DOOR_KEY]
    const replies = [
      await door.send(`/v1/input/${secrets[0]}`, '[]'),
      await door.send(`/v1/input/${DOOR_KEY}`, 'hello', JSON_TYPE),
      await door.send(`/v1/input/${DOOR_KEY}`, undefined),
      await door.send(`/v1/input/${DOOR_KEY}/more`, '[]'),
    ]
    expect(replies.map(({ status }) => status)).toEqual([401, 400, 401, 401])
    const told = [...door.logLines, ...replies.map(({ text }) => text), await door.metricsText()].join('\n')
    for (const secret of secrets) expect(told).not.toContain(secret)
  })

  it('counts objects and lines of text under the service of the address', async () => {
    const asked = 'ddsource=plain&service=shop&hostname=web1&ddtags=env%3Aprod'
    const objects = JSON.stringify([
      { message: { status: 502, path: '/a' }, status: 'error' },
      { message: { status: 200 } },
    ])
    expect((await door.send(`/api/v2/logs?${asked}`, objects, KEY)).status).toBe(202)
    const text = { ...KEY, 'content-type': 'text/plain' }
    const lines = `${accessLine(404)}\n${accessLine(503)}\n`
    expect((await door.send(`/v1/input?${asked}`, lines, text)).status).toBe(200)
    expect(await door.counts('plain', 4)).toEqual({ 'shop 502': 1, 'shop 200': 1, 'shop 404': 1, 'shop 503': 1 })
  })

  it('keeps a bad record out of the way of the others', async () => {
    const body = JSON.stringify([entry('nonsense'), entry(accessLine(200)), 17])
    expect((await door.send('/api/v2/logs?source=bad', body, KEY)).status).toBe(202)
    expect(await door.ledger('bad', 3)).toEqual({ accepted: 1, duplicate: 0, rejected: 2 })
  })

  it('takes an entry that nests past any sense for one that is no record', async () => {
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`
    const body = `[{"message":${deep}},${JSON.stringify(entry(accessLine(200)))}]`
    expect((await door.send('/api/v2/logs?source=deep', body, KEY)).status).toBe(202)
    expect(await door.ledger('deep', 2)).toEqual({ accepted: 1, duplicate: 0, rejected: 1 })
  })

  it('counts a batch that is sent again once', async () => {
    const body = JSON.stringify([entry(accessLine(200, '/a', 'r1')), entry(accessLine(200, '/a', 'r2'))])
    for (let i = 0; i < 2; i++) expect((await door.send('/api/v2/logs?source=again', body, KEY)).status).toBe(202)
    expect(await door.ledger('again', 4)).toEqual({ accepted: 2, duplicate: 2, rejected: 0 })
  })

  it.each([
    ['no key', '[]', {}, 401, 'unauthenticated'],
    ['a wrong key', '[]', { 'dd-api-key': 'wrong' }, 401, 'unauthenticated'],
    ['a body that is no JSON', 'hello', { ...KEY, ...JSON_TYPE }, 400, 'bad_json'],
    ['an unknown encoding', '[]', { ...KEY, 'content-encoding': 'compress' }, 415, 'unknown_encoding'],
  ])('refuses %s in words of Datadog', async (_what, body, headers, status, title) => {
    const reply = await door.send('/api/v2/logs', body, headers as Record<string, string>)
    expect(reply.status).toBe(status)
    expect(JSON.parse(reply.text)).toMatchObject({ errors: [{ status: String(status), title }] })
  })

  it('tells agents whether their key is valid', async () => {
    expect((await door.send('/api/v1/validate', undefined, KEY)).text).toBe('{"valid":true}')
    expect((await door.send('/api/v1/validate', undefined, { 'dd-api-key': 'x' })).status).toBe(401)
  })
})
