import { GraphQLError } from 'graphql'
import { formatErrors } from './graphql-errors.js'

describe('formatErrors', () => {
  it('keeps the parts of what a resolver threw to itself', () => {
    const bugs: unknown[] = []
    const thrown = new AggregateError([new Error('connect ECONNREFUSED 10.0.0.7:5432')], 'all failed')
    const errors = [new GraphQLError('all failed', { path: ['alerts'], originalError: thrown })]
    const { response } = formatErrors({ data: null, errors }, (bug) => bugs.push(bug))
    expect(response.errors).toMatchObject([{ path: ['alerts'], extensions: { code: 'INTERNAL_ERROR' } }])
    expect(JSON.stringify(response)).not.toContain('10.0.0.7')
    expect(bugs).toEqual([thrown])
  })
})
