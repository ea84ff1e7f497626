import * as fc from 'fast-check'
import { MAX_LABEL_BYTES } from '../label.js'
import { anyPath } from '../testing/arbitraries/paths.js'
import { templateOf } from './template.js'
import { writeTemplate } from './write-template.js'

const NUM_RUNS = Number(process.env['STATUSLINE_PROPERTY_RUNS'] ?? 300)

const CASES: [path: string, template: string, why: string][] = [
  ['/', '/', 'the root'],
  ['', '/', 'nothing'],
  ['/health', '/health', 'a word'],
  ['/api/v1/orders/77', '/api/v1/orders/{id}', 'a number; the version word stays'],
  ['/api/v2.1/x/v1beta2', '/api/v2.1/x/v1beta2', 'other version words'],
  ['/v1234', '/{token}', 'a version has at most three digits'],
  ['/users/3f2504e0-4f89-11d3-9a0c-0305e82c3301/cart', '/users/{uuid}/cart', 'a uuid'],
  ['/users/3F2504E0-4F89-11D3-9A0C-0305E82C3301', '/users/{uuid}', 'a uuid in capitals'],
  ['/commits/8f3a2b1c', '/commits/{hex}', 'a short hash'],
  ['/objects/507f1f77bcf86cd799439011', '/objects/{hex}', 'an object id'],
  ['/tx/0x1f', '/tx/{hex}', 'a prefixed hex number'],
  ['/feedface', '/feedface', 'a word of hex letters'],
  ['/abcdefabcdefabcd', '/{hex}', 'sixteen hex letters are no word'],
  ['/reports/2026-11-22', '/reports/{date}', 'a day'],
  ['/reports/2026-11', '/reports/{date}', 'a month'],
  ['/reports/2026-11-22T23:20:26Z', '/reports/{date}', 'a time'],
  ['/tiles/12,13/51.5', '/tiles/{id}/{id}', 'numbers with marks'],
  ['/a/-', '/a/-', 'a mark alone'],
  ['/a/....', '/a/{token}', 'many marks'],
  ['/video/dQw4w9WgXcQ', '/video/{token}', 'letters and digits in turn'],
  ['/getUserById/OAuth2Callback', '/getUserById/OAuth2Callback', 'camel case is a word'],
  ['/user-123456', '/{token}', 'a word with a number'],
  ['/eu-west-1/s3', '/eu-west-1/s3', 'up to two digits belong to the word'],
  ['/blog/how-to-bake-the-best-bread', '/blog/{token}', 'a title of five words or more'],
  ['/a/me@example.com', '/a/{token}', 'an address'],
  ['/s/foo%20bar', '/s/{token}', 'percent-encoded text'],
  ['/s/\u00fcber', '/s/{token}', 'text outside ASCII'],
  ['/s/\u001b[31m', '/s/{token}', 'a terminal escape'],
  ['/x/{id}', '/x/{token}', 'a forged placeholder'],
  [`/${'w'.repeat(32)}/${'w'.repeat(33)}`, `/${'w'.repeat(32)}/{token}`, 'a word has at most 32 letters'],
  ['//a///b/', '/a/b', 'empty segments do not count'],
  ['/a;v=1/b;x', '/a/b', 'parameters are left out'],
  ['/;x/a', '/a', 'a segment of parameters only'],
  ['/a?b=/c#d', '/a', 'query and fragment are left out'],
  ['/a#b?c', '/a', 'a fragment first'],
  ['http://shop.example:80/a/7?b', '/a/{id}', 'absolute form'],
  ['http://shop.example', '/', 'absolute form without a path'],
  ['http://shop.example?q', '/', 'absolute form with a query only'],
  ['*', '*', 'the server as a whole'],
  ['shop.example:443', '{authority}', 'CONNECT'],
  ['a/7', '/a/{id}', 'a slash is missing'],
  [`/${'a/'.repeat(12)}`, `/${'a/'.repeat(12).slice(0, -1)}`, 'twelve segments'],
  [`/${'a/'.repeat(13)}`, `/${'a/'.repeat(12)}{…}`, 'what lies deeper is broken off'],
  [`/${`${'w'.repeat(30)}/`.repeat(8)}`, `/${`${'w'.repeat(30)}/`.repeat(6)}{…}`, 'what is longer is broken off'],
]

const encoder = new TextEncoder()

function written(path: string): string {
  const padded = encoder.encode(`/7${path}/9`)
  const out = new Uint8Array(MAX_LABEL_BYTES + 64)
  const size = writeTemplate(padded, 2, padded.length - 2, out)
  return new TextDecoder().decode(out.subarray(0, size))
}

describe('route templates', () => {
  it.each(CASES)('%s → %s: %s', (path, template) => {
    expect(templateOf(path)).toBe(template)
    expect(written(path)).toBe(template)
  })

  it('are the same from strings and from bytes, bounded, and free of queries and raw bytes', () => {
    fc.assert(
      fc.property(anyPath, (path) => {
        const template = templateOf(path)
        expect(written(path)).toBe(template)
        expect(encoder.encode(template).length).toBeLessThanOrEqual(MAX_LABEL_BYTES)
        expect(template).toMatch(/^[A-Za-z0-9._~!$()*+,:{}…/-]+$/)
      }),
      { numRuns: NUM_RUNS },
    )
  })
})
