import { mask } from './mask.js'

describe('mask', () => {
  it.each([
    [
      'an address',
      '10.1.2.3 - - [10/Oct/2026:13:55:36 +0000] "GET /a"',
      '*** - - [10/Oct/2026:13:55:36 +0000] "GET /a"',
    ],
    ['an IPv6 address', 'from 2001:db8::1 and ::1 and 1:2:3:4:5:6:7:8.', 'from *** and *** and ***.'],
    ['a query string', '"GET /a?token=x&b=2 HTTP/1.1" 200', '"GET /a?*** HTTP/1.1" 200'],
    ['a header', 'Authorization: Bearer abc.def', 'Authorization: ***'],
    ['a header in JSON', '{"authorization":"Bearer a\\"b","status":1}', '{"authorization":"***","status":1}'],
    ['a scheme alone', 'sent Bearer abcdefgh to', 'sent Bearer *** to'],
    ['a cookie in JSON', '{"cookie":"sid=1","a":2}', '{"cookie":"***","a":2}'],
    ['terminal escapes', '/a\u001b[31mred\u0007\tb', '/a\u{fffd}[31mred\u{fffd}\tb'],
    ['nothing', '{"status":200,"ts":"2026-10-10T13:55:36Z"}', '{"status":200,"ts":"2026-10-10T13:55:36Z"}'],
  ])('hides %s', (_what, record, shown) => {
    expect(mask(Buffer.from(record))).toBe(shown)
  })

  it.each(['a:', ':', '?', 'authorization:', '"token":"', '1.', 'bearer ', 'f'])(
    'takes a moment for 16 KiB of %j',
    (part) => {
      const beganMs = performance.now()
      mask(Buffer.from(part.repeat(16_384 / part.length)))
      expect(performance.now() - beganMs).toBeLessThan(500)
    },
  )
})
