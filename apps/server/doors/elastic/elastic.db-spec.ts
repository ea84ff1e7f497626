import { accessLine, DOOR_KEY, DoorUnderTest } from '../testing/door-under-test.js'

let door: DoorUnderTest

beforeAll(async () => {
  door = await DoorUnderTest.start()
})
afterAll(() => door.stop())

const KEY = { authorization: `Basic ${Buffer.from(`elastic:${DOOR_KEY}`).toString('base64')}` }
const NDJSON = { ...KEY, 'content-type': 'application/x-ndjson' }

const pair = (document: object | string, id?: string, kind = 'create') =>
  `${JSON.stringify({ [kind]: { _index: 'logs', ...(id !== undefined && { _id: id }) } })}\n${typeof document === 'string' ? document : JSON.stringify(document)}\n`
const line = (status: number, rid = '') => ({
  message: `${accessLine(status, '/a', rid)} host=pay`,
  agent: { id: 'a1' },
})
const inIndex = (index: string) => `{"index":{"_index":"${index}","_id":"1"}}\n${JSON.stringify(line(200))}\n`
const bulk = (path: string, body: string, headers: Record<string, string> = NDJSON) => door.send(path, body, headers)

interface BulkReply {
  readonly errors: boolean
  readonly items: Record<string, { status: number; _id?: string }>[]
}

describe('the bulk API', () => {
  it('counts lines, canonical events and documents of updates, and answers an item for each action', async () => {
    const body = [
      pair(line(200)),
      pair({ status: 502, service: 'pay' }, 'x1', 'index'),
      '{"update":{"_index":"logs","_id":"u1"}}\n{"doc":{"status":404,"service":"pay"}}\n',
      '{"delete":{"_index":"logs","_id":"gone"}}\n',
    ].join('\n')
    const reply = await bulk('/elasticsearch/mixed/_bulk?filter_path=errors', body)
    const { errors, items } = JSON.parse(reply.text) as BulkReply
    expect([reply.status, errors]).toEqual([200, false])
    expect(items.map((item) => Object.entries(item).map(([kind, { status }]) => `${kind} ${status}`))).toEqual([
      ['create 201'],
      ['index 201'],
      ['update 200'],
      ['delete 200'],
    ])
    expect(reply.headers.get('x-elastic-product')).toBe('Elasticsearch')
    expect(await door.counts('mixed', 3)).toEqual({ 'pay 200': 1, 'pay 502': 1, 'pay 404': 1 })
  })

  it('answers a document that is no access log as created, and keeps it in quarantine', async () => {
    const reply = await bulk('/bad/_bulk', pair('{"status":"teapot"}') + pair(line(200)) + pair('nonsense'))
    expect((JSON.parse(reply.text) as BulkReply).items.map((item) => item['create']?.status)).toEqual([201, 201, 201])
    expect(await door.ledger('bad', 3)).toEqual({ accepted: 1, duplicate: 0, rejected: 2 })
  })

  it('counts documents once that come again in another batch', async () => {
    const [a, b, c] = ['a', 'b', 'c'].map((id) => pair(line(200), id)) as [string, string, string]
    await bulk('/ids/_bulk', a + b)
    await bulk('/ids/_bulk', b + c)
    expect(await door.ledger('ids', 4)).toEqual({ accepted: 3, duplicate: 1, rejected: 0 })
  })

  it('takes the same id in another index for another document', async () => {
    await bulk('/several/_bulk', inIndex('a') + inIndex('b'))
    await bulk('/several/_bulk', inIndex('b') + inIndex('c'))
    expect(await door.ledger('several', 4)).toEqual({ accepted: 3, duplicate: 1, rejected: 0 })
  })

  it('counts under the source that a header names, also where that is called default', async () => {
    await bulk('/elsewhere/_bulk', pair(line(200)), { ...NDJSON, 'x-statusline-source': 'default' })
    expect(await door.counts('default', 1)).toEqual({ 'pay 200': 1 })
  })

  it('knows lines of Filebeat again by the place where they were read', async () => {
    const read = (offset: number, path = '/var/log/a.log', message = line(200).message) =>
      pair({ message, log: { offset, file: { path } }, agent: { id: 'f1' }, '@timestamp': String(Math.random()) })
    const text = line(200).message
    await bulk('/beat/_bulk', read(0, undefined, text) + read(120, undefined, text))
    await bulk(
      '/beat/_bulk',
      read(120, undefined, text) + read(240, undefined, text) + read(120, '/var/log/b.log', text),
    )
    await bulk('/beat/_bulk', read(0, undefined, line(404).message))
    expect(await door.ledger('beat', 6)).toEqual({ accepted: 5, duplicate: 1, rejected: 0 })
  })

  it('counts a daily index as one source', async () => {
    for (const day of ['2026.11.22', '2026.11.23'])
      await bulk(`/logstash-${day}/_bulk`, pair({ ...line(200), day }, day))
    expect(await door.counts('logstash', 2)).toEqual({ 'pay 200': 2 })
  })

  it('takes what can be read around a line that should be an action and is none, and has nobody repeat or drop the rest', async () => {
    const reply = await bulk('/torn/_bulk', `${pair(line(200))}{"create":\n${pair(line(502))}`)
    const { errors, items } = JSON.parse(reply.text) as BulkReply
    expect([errors, items.map((item) => Object.values(item)[0]?.status)]).toEqual([false, [201, 201, 201]])
    expect(await door.ledger('torn', 3)).toEqual({ accepted: 2, duplicate: 0, rejected: 1 })
  })

  it.each([
    ['lines alone', `${JSON.stringify(line(200))}\n${JSON.stringify(line(502))}\n`],
    ['an array', '[{"status":200}]'],
    ['text', accessLine(200)],
  ])('refuses %s, where not a single line is an action, as Elasticsearch does', async (_what, body) => {
    const reply = await bulk('/none/_bulk', body)
    expect(reply.status).toBe(400)
    expect(reply.headers.get('x-elastic-product')).toBe('Elasticsearch')
    expect(JSON.parse(reply.text)).toMatchObject({
      status: 400,
      error: {
        type: 'illegal_argument_exception',
        reason: expect.stringContaining('Malformed action/metadata line [1]'),
      },
    })
  })

  it('speaks the content type that the client asks for', async () => {
    const vendor = 'application/vnd.elasticsearch+x-ndjson; compatible-with=9'
    const reply = await bulk('/_bulk', pair(line(200)), { ...KEY, 'content-type': vendor })
    expect(reply.headers.get('content-type')).toBe('application/vnd.elasticsearch+json;compatible-with=9')
  })

  it.each([
    ['no key', {}, 401, 'security_exception'],
    ['a wrong key', { authorization: 'ApiKey x' }, 401, 'security_exception'],
    ['an unknown encoding', { ...NDJSON, 'content-encoding': 'compress' }, 415, 'illegal_argument_exception'],
  ])('refuses %s in words of Elasticsearch', async (_what, headers, status, type) => {
    const reply = await bulk('/_bulk', pair(line(200)), headers as Record<string, string>)
    expect(reply.status).toBe(status)
    expect(reply.headers.get('x-elastic-product')).toBe('Elasticsearch')
    expect(JSON.parse(reply.text)).toMatchObject({ status, error: { type } })
  })

  it('takes an API key of Elasticsearch, whose second half is the key', async () => {
    const token = Buffer.from(`any:${DOOR_KEY}`).toString('base64')
    expect((await bulk('/_bulk', pair(line(200)), { ...NDJSON, authorization: `ApiKey ${token}` })).status).toBe(200)
  })
})

describe('the handshakes', () => {
  it.each(['/', '/elasticsearch/', '/elasticsearch'])('greet at %s', async (path) => {
    const reply = await door.send(path, undefined, KEY)
    expect(reply.headers.get('x-elastic-product')).toBe('Elasticsearch')
    expect(JSON.parse(reply.text)).toMatchObject({ version: { number: '8.15.0' }, tagline: 'You Know, for Search' })
  })

  it.each([
    ['GET', '/_license?human=false', { license: { status: 'active' } }],
    ['GET', '/elasticsearch/_cluster/health', { status: 'green' }],
    ['HEAD', '/elasticsearch/_index_template/filebeat-8.15.0', undefined],
    ['PUT', '/elasticsearch/_index_template/filebeat-8.15.0', { acknowledged: true }],
    ['PUT', '/_ilm/policy/filebeat', { acknowledged: true }],
    ['HEAD', '/_data_stream/filebeat-8.15.0', undefined],
    ['HEAD', '/elasticsearch/', undefined],
  ])('answer %s %s', async (method, path, body) => {
    const reply = await door.send(path, method === 'PUT' ? '{}' : undefined, KEY, method)
    expect(reply.status).toBe(200)
    if (body !== undefined) expect(JSON.parse(reply.text)).toMatchObject(body)
  })

  it.each([
    ['GET', '/_cat/indices', 404],
    ['GET', '/elasticsearch/_cat/indices', 404],
    ['GET', '/logs/_mapping', 404],
    ['POST', '/logs/_doc', 404],
    ['DELETE', '/_index_template/logs', 404],
    ['HEAD', '/elasticsearch/logs', 404],
    ['PUT', '/elasticsearch/logs', 404],
    ['GET', '/_bulk', 405],
    ['PATCH', '/elasticsearch/logs/_bulk', 405],
  ])(
    'answer %s %s, which is not there, with %i as a client of Elasticsearch believes it',
    async (method, path, status) => {
      const reply = await door.send(path, method === 'GET' || method === 'HEAD' ? undefined : '{}', KEY, method)
      expect(reply.status).toBe(status)
      expect(reply.headers.get('x-elastic-product')).toBe('Elasticsearch')
      if (status === 405) expect(reply.headers.get('allow')).toBe('POST, PUT')
      if (method !== 'HEAD')
        expect(JSON.parse(reply.text)).toMatchObject({ status, error: { type: expect.any(String) } })
    },
  )

  it('leave addresses of others alone', async () => {
    for (const path of ['/nothing', '/v1/nothing', '/elasticsearchs']) {
      const reply = await door.send(path, undefined, KEY)
      expect([reply.status, reply.headers.get('x-elastic-product')]).toEqual([404, null])
    }
    expect((await door.send('/_cat/indices', undefined)).status).toBe(401)
  })
})
