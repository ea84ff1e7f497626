import { errorBody } from '../http/errors.js'
import { Refusal } from '../http/refusal.js'
import { askedScope } from './asked-scope.js'

describe('the scope of a scrape', () => {
  it.each([
    [{}, 'all'],
    [{ scope: 'all' }, 'all'],
    [{ scope: 'traffic' }, 'traffic'],
    [{ scope: 'self' }, 'self'],
  ])('%j asks for %s', (query, scope) => expect(askedScope(query)).toBe(scope))

  it.each([
    [{ scope: 'al' }, 'scope: one of all, traffic, self'],
    [{ scope: '' }, 'scope: one of all, traffic, self'],
    [{ scope: ['all', 'self'] }, 'scope: one of all, traffic, self'],
    [{ scop: 'self' }, 'scop: unknown; the parameters are scope'],
  ])('%j is refused', (query, message) => {
    let refusal: unknown
    try {
      askedScope(query)
    } catch (error) {
      refusal = error
    }
    expect(refusal).toBeInstanceOf(Refusal)
    const { code, details } = refusal as Refusal
    expect([code, errorBody(code, details).message]).toEqual(['bad_argument', message])
  })
})
