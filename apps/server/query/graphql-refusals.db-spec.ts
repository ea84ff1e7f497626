import type { NestFastifyApplication } from '@nestjs/platform-fastify'
import { DEFAULT_COST_LIMITS } from './query-cost.js'
import { seededApp, type SeededApp } from './testing/seeded-app.js'
import { askGraphql } from './testing/query-app.js'

let served: SeededApp
let app: NestFastifyApplication
beforeAll(async () => {
  served = await seededApp()
  app = served.app
})
afterAll(() => served.close())
afterEach(() => expect(served.bugs.splice(0)).toEqual([]))

const question = (range: string, rest = '') => `{ breakdown(range: ${range}, by: [CODE] ${rest}) { total { count } } }`
const nested = (depth: number) => '{ children '.repeat(depth) + '{ id }' + ' }'.repeat(depth)

describe('GraphQL', () => {
  it('shows quarantine to admins only', async () => {
    const query = '{ rejects { nodes { id reason record } } }'
    expect((await askGraphql(app, query)).data).toEqual({
      rejects: { nodes: [{ id: '7', reason: 'bad_json', record: '{' }] },
    })
    expect((await askGraphql(served.reader, query)).codes).toEqual(['FORBIDDEN'])
  })

  it.each([
    ['no range', question('{}'), 'BAD_USER_INPUT'],
    ['two ranges', question('{ last: "1h", from: "2026-05-20T11:00:00Z" }'), 'BAD_USER_INPUT'],
    ['no date', question('{ from: "yesterday" }'), 'BAD_USER_INPUT'],
    ['a day that the calendar lacks', question('{ from: "2026-02-30" }'), 'BAD_USER_INPUT'],
    ['a time of no zone', question('{ from: "2026-05-20T11:00:00" }'), 'BAD_USER_INPUT'],
    ['a date in words', question('{ from: "May 19 2026" }'), 'BAD_USER_INPUT'],
    [
      'a zone that does not exist',
      '{ timeSeries(range: { last: "1h" }, timeZone: "Mars/Phobos") { omitted } }',
      'BAD_USER_INPUT',
    ],
    [
      'a zone of no name',
      '{ timeSeries(range: { last: "9d" }, step: "1d", timeZone: "") { omitted } }',
      'BAD_USER_INPUT',
    ],
    ['a cursor that is no id', '{ rejects(after: "-1") { nodes { id } } }', 'BAD_USER_INPUT'],
    ['a range too long', question('{ last: "3000d" }'), 'RANGE_TOO_LONG'],
    ['too many rows', question('{ last: "1h" }', 'first: 100000'), 'QUERY_TOO_COMPLEX'],
    ['a changed cursor', question('{ last: "1h" }', 'after: "abc"'), 'BAD_USER_INPUT'],
    ['an unknown field', '{ nothing }', 'BAD_USER_INPUT'],
    ['no GraphQL', '{{{', 'BAD_USER_INPUT'],
    ['nothing', '', 'BAD_USER_INPUT'],
    ['a ready-made syntax tree', '{"kind":"Document","definitions":[]}', 'BAD_USER_INPUT'],
    ['a number', '1', 'BAD_USER_INPUT'],
    ['a null', 'null', 'BAD_USER_INPUT'],
    ['too deep a query', `{ alert(id: "a") ${nested(DEFAULT_COST_LIMITS.depth)} }`, 'QUERY_TOO_COMPLEX'],
    [
      'an alias bomb',
      `{ ${Array.from({ length: 21 }, (_, index) => `a${index}: sources { name }`).join(' ')} }`,
      'QUERY_TOO_COMPLEX',
    ],
    [
      'a fragment bomb',
      `{ ...f0 } ${Array.from({ length: 30 }, (_, index) => `fragment f${index} on Query { ...f${index + 1} ...f${index + 1} }`).join(' ')} fragment f30 on Query { rules { id } }`,
      'QUERY_TOO_COMPLEX',
    ],
    ['a long query', `{ rules { id } } #${'x'.repeat(DEFAULT_COST_LIMITS.textLength)}`, 'QUERY_TOO_COMPLEX'],
    ['many tokens', `{ ${'rules { id } '.repeat(1_100)} }`.slice(0, 16_000), 'QUERY_TOO_COMPLEX'],
    [
      'nesting past the stack',
      `{ statusCode(code: ${'['.repeat(7_000)}1${']'.repeat(7_000)}) { code } }`,
      'QUERY_TOO_COMPLEX',
    ],
    ['a mutation', 'mutation { anything }', 'BAD_USER_INPUT'],
  ])('refuses %s', async (_name, query, code) => {
    for (let time = 0; time < 2; time++) {
      const { codes, status } = await askGraphql(app, query)
      expect([codes[0], status < 500]).toEqual([code, true])
    }
  })

  it.each([
    ['a word for a number', '$n: Int', 'first: $n', { n: 'abc' }, /"abc".*Int cannot represent/],
    ['a number too large', '$n: Int', 'first: $n', { n: 1e10 }, /Int cannot represent/],
    ['a number for a range', '$range: Range!', '', { range: 5 }, /to be an object/],
    ['an unknown field', '$range: Range!', '', { range: { last: '1h', x: 1 } }, /"x" is not defined/],
    [
      'a date that is none',
      '$range: Range!',
      '',
      { range: { from: '2026-02-30' } },
      /"\$range.*"2026-02-30".*ISO 8601/s,
    ],
    ['a date that is a flag', '$range: Range!', '', { range: { from: true } }, /ISO 8601/],
    ['a word in a list', '$filter: Filter', 'filter: $filter', { filter: { code: ['a'] } }, /filter\.code\[0\]/],
    ['an unknown word', '$by: [Dimension!]!', '', { by: ['COLOUR'] }, /Dimension/],
    ['a word for a flag', '$flag: Boolean!', '', { flag: 'x' }, /Boolean cannot represent/],
  ] as const)('explains a variable that does not fit: %s', async (_name, declared, argument, variables, reason) => {
    const range = declared.startsWith('$range') ? '$range' : '{ last: "1h" }'
    const by = declared.startsWith('$by') ? '$by' : '[CODE]'
    const skip = declared.startsWith('$flag') ? '@skip(if: $flag)' : ''
    const text = `query Q(${declared}) { breakdown(range: ${range}, by: ${by} ${argument}) ${skip} { total { count } } }`
    for (let time = 0; time < 4; time++) {
      const { codes, messages, status } = await askGraphql(app, text, variables)
      expect([codes, status, messages[0]]).toEqual([['BAD_USER_INPUT'], 400, expect.stringMatching(reason)])
    }
  })

  it.each([
    ['a long list of wrong items', { code: Array.from({ length: 5_000 }, () => 'a') }],
    [
      'many unknown fields',
      Object.fromEntries(Array.from({ length: 1_000 }, (_, index) => [`field${index}`, 'x'.repeat(100)])),
    ],
  ])('answers %s with less than was asked', async (_name, filter) => {
    const text =
      'query Q($filter: Filter) { breakdown(range: { last: "1h" }, by: [CODE], filter: $filter) { total { count } } }'
    for (let time = 0; time < 4; time++) {
      const { codes, messages } = await askGraphql(app, text, { filter })
      expect(new Set(codes)).toEqual(new Set(['BAD_USER_INPUT']))
      expect(messages.length).toBeLessThanOrEqual(51)
      expect(Math.max(...messages.map(({ length }) => length))).toBeLessThanOrEqual(1_001)
    }
  })

  it('explains a variable that is missing, compiled or not', async () => {
    const text = 'query Q($range: Range!) { breakdown(range: $range, by: [CODE]) { total { count } } }'
    for (const variables of [{ range: null }, {}, undefined, {}, { range: null }]) {
      const { codes, messages } = await askGraphql(app, text, variables)
      expect([codes, messages[0]]).toEqual([['BAD_USER_INPUT'], expect.stringContaining('$range')])
    }
    expect((await askGraphql(app, text, { range: { last: '1h' } })).codes).toEqual([])
  })

  it('says in its own words what the gate refuses', async () => {
    const headers = { 'x-api-key': 'wrong' }
    const reply = await app.inject({ method: 'POST', url: '/graphql', headers, payload: { query: '{ rules { id } }' } })
    expect([reply.statusCode, reply.json()]).toEqual([
      401,
      expect.objectContaining({
        code: 'unauthenticated',
        data: null,
        errors: [expect.objectContaining({ extensions: { code: 'UNAUTHENTICATED' } })],
      }),
    ])
  })

  it.each([
    ['text', { method: 'POST', headers: { 'content-type': 'text/plain' }, payload: '{"query":"{ rules { id } }"}' }],
    [
      'a form',
      { method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' }, payload: 'query=x' },
    ],
    [
      'application/graphql',
      { method: 'POST', headers: { 'content-type': 'application/graphql' }, payload: '{ rules { id } }' },
    ],
    ['a batch', { method: 'POST', payload: [{ query: '{ rules { id } }' }] }],
    ['GET', { method: 'GET', query: { query: '{ rules { id } }' } }],
  ] as const)('takes no %s', async (_name, request) => {
    const reply = await app.inject({ url: '/graphql', ...request } as Parameters<typeof app.inject>[0])
    expect(reply.statusCode).toBeGreaterThanOrEqual(400)
    expect(reply.statusCode).toBeLessThan(500)
    expect(reply.json()).toMatchObject({ data: null, errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] })
  })
})
