import { readFileSync } from 'node:fs'
import { documentedCodes } from './documented-codes.js'
import { graphqlCode, graphqlOutcome, type GraphqlOutcome } from './graphql-outcome.js'

const CASES: [codes: string[], expected: Omit<GraphqlOutcome, 'code'> | null, sentence: string][] = [
  [[], null, 'no error is no failure'],
  [['PERSISTED_QUERY_NOT_FOUND'], null, 'the client sends the whole query next'],
  [['PERSISTED_QUERY_NOT_SUPPORTED'], null, 'the client sends the whole query next'],
  [['INTERNAL_SERVER_ERROR'], { outcome: 'server_error', owner: 'unknown', httpCode: 500 }, 'the server broke'],
  [['SUBREQUEST_HTTP_ERROR'], { outcome: 'server_error', owner: 'upstream', httpCode: 502 }, 'a subgraph broke'],
  [['GATEWAY_TIMEOUT'], { outcome: 'server_error', owner: 'upstream', httpCode: 504 }, 'a subgraph was slow'],
  [['SERVICE_UNAVAILABLE'], { outcome: 'server_error', owner: 'unknown', httpCode: 503 }, 'something was down'],
  [['REQUEST_LIMIT_EXCEEDED'], { outcome: 'throttled', owner: 'client', httpCode: 429 }, 'the caller was slowed down'],
  [['GRAPHQL_VALIDATION_FAILED'], { outcome: 'client_error', owner: 'client', httpCode: 400 }, 'the query is wrong'],
  [['UNAUTHENTICATED'], { outcome: 'client_error', owner: 'client', httpCode: 401 }, 'the caller must log in'],
  [['FORBIDDEN'], { outcome: 'client_error', owner: 'client', httpCode: 403 }, 'the caller may not'],
  [['COST_ESTIMATED_TOO_EXPENSIVE'], { outcome: 'client_error', owner: 'client', httpCode: 400 }, 'asks for too much'],
  [['OUT_OF_STOCK'], { outcome: 'client_error', owner: 'client', httpCode: 400 }, 'a code of its own is a refusal'],
]

describe('the outcome of GraphQL error codes', () => {
  it.each(CASES)('of %j is %j: %s', (codes, expected) => {
    if (expected === null) expect(graphqlOutcome(codes)).toBeNull()
    else expect(graphqlOutcome(codes)).toEqual({ ...expected, code: codes[0] })
  })

  it('is that of the worst code, whatever the order', () => {
    const codes = ['PERSISTED_QUERY_NOT_FOUND', 'FORBIDDEN', 'RATE_LIMITED', 'INTERNAL_SERVER_ERROR', 'BAD_USER_INPUT']
    expect(graphqlOutcome(codes)?.code).toBe('INTERNAL_SERVER_ERROR')
    expect(graphqlOutcome(codes.toReversed())?.code).toBe('INTERNAL_SERVER_ERROR')
    expect(graphqlOutcome(codes.slice(0, 3))).toMatchObject({ outcome: 'throttled', code: 'RATE_LIMITED' })
  })

  it.each(CASES.flatMap(([codes]) => codes))('names a documented HTTP code for %s', (code) => {
    const httpCode = graphqlOutcome([code])?.httpCode ?? graphqlCode(code)?.httpCode
    expect(documentedCodes.map((entry) => entry.code)).toContain(httpCode)
  })
})

describe('one GraphQL error code', () => {
  it.each([
    ['PERSISTED_QUERY_NOT_FOUND', { httpCode: 200, outcome: 'success' }],
    ['INTERNAL_SERVER_ERROR', { httpCode: 500, outcome: 'server_error' }],
    ['OUT_OF_STOCK', undefined],
    ['constructor', undefined],
  ])('%s', (code, expected) => {
    if (expected === undefined) expect(graphqlCode(code)).toBeUndefined()
    else expect(graphqlCode(code)).toMatchObject(expected)
  })
})

it('is documented under its HTTP code', () => {
  const doc = readFileSync(new URL('../../docs/status-codes.md', import.meta.url), 'utf8')
  const rows = [...doc.matchAll(/^\| (\d{3}) +\| ((?:`[A-Z_]+` ?)+) *\| `([a-z_]+)` *\|$/gm)]
  const documented = rows.flatMap(([, httpCode, words = '', outcome]) =>
    words.match(/[A-Z_]+/g)!.map((word) => ({ word, httpCode: Number(httpCode), outcome })),
  )
  expect(documented.length).toBeGreaterThan(50)
  for (const { word, httpCode, outcome } of documented) {
    expect({ word, ...graphqlCode(word) }).toMatchObject({ word, httpCode, outcome })
  }
})
