import { problemOf } from '../testing/directive-reading.js'
import { compileLayout } from './directive.js'

describe('compileLayout', () => {
  it('compiles the directive of any product', () => {
    expect(compileLayout('edge', { nginx: '$status' })).toMatchObject({ name: 'edge', kind: 'text' })
    expect(compileLayout('edge', { nginx: '{"s":$status}' })).toMatchObject({ name: 'edge', kind: 'json' })
    expect(compileLayout('edge', { apache: '%>s' })).toMatchObject({ name: 'edge', kind: 'text' })
  })

  it.each([
    ['none', {}, /^has no directive; allowed: exactly one of nginx, apache/],
    ['two', { nginx: '$status', apache: '%>s' }, /^has nginx and apache; allowed: exactly one of /],
    ['a wrong one', { nginx: '$host' }, /^nginx \$status is missing; allowed: /],
    ['an endless one', { apache: '%>s'.repeat(9999) }, /^apache has 29997 characters; allowed: at most 16384$/],
  ])('refuses %s', (_says, directive, problem) => {
    expect(problemOf(compileLayout('edge', directive))).toMatch(problem)
  })
})
