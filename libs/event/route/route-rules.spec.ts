import * as fc from 'fast-check'
import { MAX_LABEL_BYTES } from '../label.js'
import { RouteRules } from './route-rules.js'
import { routeWriter } from './route-writer.js'

const TEMPLATES = [
  '/orders/{orderId}',
  '/orders/new',
  '/orders/{orderId}/items/{itemId}',
  '/orders/new/items',
  '/files/{name}.json',
  '/static/**',
  '/static/logo.png',
  '/{tenant}/users',
  '/',
  '/a/{x}/c',
  '/a/b/{y}/d',
]
const encoder = new TextEncoder()

function match(rules: RouteRules, path: string): string | undefined {
  const bytes = encoder.encode(`xx${path}yy`)
  return rules.templates[rules.match(bytes, 2, bytes.length - 2)]
}

describe('configured routes', () => {
  const rules = RouteRules.compile(TEMPLATES)
  it.each<[string, string | undefined, string]>([
    ['/orders/77', '/orders/{orderId}', 'a placeholder fits any segment'],
    ['/orders/new', '/orders/new', 'a word beats a placeholder'],
    ['/orders/new/items/3', '/orders/{orderId}/items/{itemId}', 'a word that leads nowhere gives way'],
    ['/orders/', undefined, 'a placeholder needs a segment'],
    ['/orders/7/', '/orders/{orderId}', 'a slash at the end does not count'],
    ['//orders//7?x=/y', '/orders/{orderId}', 'nor do double slashes and the query'],
    ['/orders;v=1/7;w', '/orders/{orderId}', 'nor do parameters'],
    ['/files/a.json', '/files/{name}.json', 'text around a placeholder'],
    ['/files/.json', undefined, 'a placeholder is never empty'],
    ['/static/css/a.css', '/static/**', 'the rest of a path'],
    ['/static', '/static/**', 'a rest may be empty'],
    ['/static/logo.png', '/static/logo.png', 'a word beats the rest'],
    ['/acme/users', '/{tenant}/users', 'a placeholder in front'],
    ['/', '/', 'the root'],
    ['/a/b/c', '/a/{x}/c', 'back to the placeholder when the word fails later'],
    ['/a/b/c/d', '/a/b/{y}/d', 'the earlier word wins'],
    ['http://shop.example/orders/7', '/orders/{orderId}', 'absolute form'],
    ['/Orders/7', undefined, 'case counts'],
    ['/nothing/here/at/all', undefined, 'no template'],
  ])('%s → %s: %s', (path, template) => {
    expect(match(rules, path)).toBe(template)
  })

  it('leaves out what cannot be used and says why', () => {
    const { problems } = RouteRules.compile(['orders', '/a/{}', '/a/**/b', '/a/{x}', '/a/{y}', `/${'a'.repeat(200)}`])
    expect(problems).toEqual([
      { template: 'orders', problem: 'no leading slash' },
      { template: '/a/{}', problem: 'empty placeholder' },
      { template: '/a/**/b', problem: 'rest not at the end' },
      { template: '/a/{y}', problem: 'twice' },
      { template: `/${'a'.repeat(200)}`, problem: 'too long' },
    ])
  })

  it('writes the template that fits, else the automatic one', () => {
    const write = routeWriter(['/shops/{shop}/items'])
    const out = new Uint8Array(MAX_LABEL_BYTES + 64)
    const routeOf = (path: string) => {
      const bytes = encoder.encode(path)
      return new TextDecoder().decode(out.subarray(0, write(bytes, 0, bytes.length, out)))
    }
    expect(routeOf('/shops/berlin/items?x')).toBe('/shops/{shop}/items')
    expect(routeOf('/shops/17')).toBe('/shops/{id}')
  })

  it('fits every path that is made from a template', () => {
    const word = fc.string({ unit: fc.constantFrom(...'abc7-.'), minLength: 1, maxLength: 4 })
    fc.assert(
      fc.property(
        fc.array(fc.oneof(word, fc.constant(null)), { minLength: 1, maxLength: 5 }),
        word,
        (segments, value) => {
          const template = segments.map((segment, at) => `/${segment ?? `{p${at}}`}`).join('')
          const path = segments.map((segment) => `/${segment ?? value}`).join('')
          expect(match(RouteRules.compile([template]), path)).toBe(template)
        },
      ),
      { numRuns: 100 },
    )
  })
})
