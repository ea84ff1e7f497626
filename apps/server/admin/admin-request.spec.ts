import { Refusal } from '../http/refusal.js'
import { readKeyRequest } from './key-request.js'
import { readListRequest, readReplayRequest, type Query } from './reject-request.js'

function refusal(read: () => unknown): string {
  try {
    return `read as ${JSON.stringify(read())}`
  } catch (error) {
    return error instanceof Refusal ? `${error.statusCode} ${error.body.message}` : String(error)
  }
}

describe('a replay', () => {
  it.each<[Query, unknown, object]>([
    [{}, undefined, {}],
    [{}, {}, {}],
    [{ source: 'edge' }, {}, { source: 'edge' }],
    [{}, { source: 'edge', reason: 'too_old' }, { source: 'edge', reason: 'too_old' }],
    [{ source: 'edge' }, { reason: 'too_old' }, { source: 'edge', reason: 'too_old' }],
    [{ source: 'edge' }, { source: 'edge' }, { source: 'edge' }],
  ])('of the query %j and the body %j is of %j', (query, body, filter) => {
    expect(readReplayRequest(query, body)).toEqual(filter)
  })

  it.each<[Query, unknown, RegExp]>([
    [{}, { sources: 'edge' }, /^422 sources: unknown; the fields are source, reason$/],
    [{ sources: 'edge' }, undefined, /^422 sources: unknown; the parameters are source, reason$/],
    [{ first: '5' }, {}, /^422 first: unknown/],
    [{ source: 'edge' }, { source: 'other' }, /^422 source: the query and the body say different things$/],
    [{ reason: 'nope' }, {}, /^422 reason: one of unreadable, .*, in_future\b/],
    [{}, { reason: 'nope' }, /^422 reason: one of unreadable/],
    [{ source: ['a', 'b'] }, {}, /^422 source: one source name/],
    [{ source: '' }, {}, /^422 source: one source name/],
    [{}, { source: null }, /^422 source: one source name/],
    [{}, [], /^400 /],
    [{}, 'all', /^400 /],
  ])('of the query %j and the body %j is refused', (query, body, says) => {
    expect(refusal(() => readReplayRequest(query, body))).toMatch(says)
  })
})

describe('a list of rejected records', () => {
  it('takes a filter and a page', () => {
    const query = { source: 'edge', reason: 'bad_json', first: '7', after: '9' }
    expect(readListRequest(query)).toEqual({ filter: { source: 'edge', reason: 'bad_json' }, first: 7, after: 9 })
    expect(readListRequest({})).toEqual({ filter: {}, first: 50, after: null })
  })

  it.each<[Query, RegExp]>([
    [{ limit: '5' }, /^422 limit: unknown; the parameters are source, reason, first, after$/],
    [{ reason: 'nope' }, /^422 reason: one of/],
    [{ first: '0' }, /^422 first: 1 to 500$/],
    [{ first: ['1', '2'] }, /^422 first: 1 to 500$/],
  ])('with %j is refused', (query, says) => {
    expect(refusal(() => readListRequest(query))).toMatch(says)
  })
})

describe('a new key', () => {
  it('may be bound to a source where it only ingests', () => {
    const body = { name: 'edge', scopes: ['ingest'], source: 'edge' }
    expect(readKeyRequest(body)).toEqual(body)
    expect(readKeyRequest({ name: 'all', scopes: ['ingest', 'read'] })).toMatchObject({ source: null })
  })

  it.each<[object, RegExp]>([
    [{ name: 'k', scopes: ['ingest'], sources: 'edge' }, /^422 sources: unknown; the fields are name, scopes, source$/],
    [{ name: 'k', scopes: ['read'], source: 'edge' }, /^422 source: only ingest keys can be bound to a source/],
    [{ name: 'k', scopes: ['ingest', 'admin'], source: 'edge' }, /^422 source: only ingest keys/],
  ])('of %j is refused', (body, says) => {
    expect(refusal(() => readKeyRequest(body))).toMatch(says)
  })
})
