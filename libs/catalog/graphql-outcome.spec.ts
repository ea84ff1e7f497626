import { graphqlOutcome, type GraphqlOutcome } from './graphql-outcome.js'

const CASES: [codes: string[], expected: Omit<GraphqlOutcome, 'code'> | null, sentence: string][] = [
  [[], null, 'no error is no failure'],
  [['PERSISTED_QUERY_NOT_FOUND'], null, 'the client sends the whole query next'],
  [['PERSISTED_QUERY_NOT_SUPPORTED'], null, 'the client sends the whole query next'],
  [['INTERNAL_SERVER_ERROR'], { outcome: 'server_error', owner: 'unknown' }, 'the server broke'],
  [['SUBREQUEST_HTTP_ERROR'], { outcome: 'server_error', owner: 'upstream' }, 'a subgraph broke'],
  [['GATEWAY_TIMEOUT'], { outcome: 'server_error', owner: 'upstream' }, 'a subgraph was slow'],
  [['REQUEST_LIMIT_EXCEEDED'], { outcome: 'throttled', owner: 'client' }, 'the caller was slowed down'],
  [['GRAPHQL_VALIDATION_FAILED'], { outcome: 'client_error', owner: 'client' }, 'the query is wrong'],
  [['UNAUTHENTICATED'], { outcome: 'client_error', owner: 'client' }, 'the caller must log in'],
  [['COST_ESTIMATED_TOO_EXPENSIVE'], { outcome: 'client_error', owner: 'client' }, 'the query asks for too much'],
  [['OUT_OF_STOCK'], { outcome: 'client_error', owner: 'client' }, 'a code of its own is a refusal'],
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
})
