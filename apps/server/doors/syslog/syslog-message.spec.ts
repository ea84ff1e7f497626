import * as fc from 'fast-check'
import { readSyslog } from './syslog-message.js'

const LINE = '192.0.2.14 - - [22/Nov/2026:23:20:26 +0000] "GET / HTTP/1.1" 200 5'

const read = (message: string) => {
  const bytes = Buffer.from(message)
  const { from, ...told } = readSyslog(bytes)
  return { text: bytes.toString('utf8', from), ...told }
}

const CASES: [string, string, Record<string, unknown>][] = [
  ['nginx', `<190>Nov 22 23:20:26 web1 nginx: ${LINE}`, { text: LINE, host: 'web1', tag: 'nginx' }],
  ['nginx with nohostname', `<190>Nov 22 23:20:26 nginx: ${LINE}`, { text: LINE, tag: 'nginx' }],
  ['HAProxy without a host', `<134>Nov  2 23:20:27 haproxy[29418]: ${LINE}`, { text: LINE, tag: 'haproxy' }],
  [
    'HAProxy in RFC 5424',
    `<142>1 2026-11-22T23:20:27.359789+00:00 - haproxy 29418 - - ${LINE}`,
    { text: LINE, tag: 'haproxy', tsMs: Date.UTC(2026, 10, 22, 23, 20, 27, 359) },
  ],
  [
    'structured data with escaped quotes and brackets',
    `<142>1 2026-11-22T23:20:27Z edge app - ID [a k="v\\"]\\\\"][b x="]"] ${LINE}`,
    { text: LINE, host: 'edge', tag: 'app', tsMs: Date.UTC(2026, 10, 22, 23, 20, 27) },
  ],
  [
    'a byte order mark',
    `<14>1 - edge app - - - \uFEFF{"status":200}`,
    { text: '{"status":200}', host: 'edge', tag: 'app' },
  ],
  [
    'a relay that writes ISO times',
    `<134>2026-11-22T23:20:27.3+01:00 web1 nginx: ${LINE}`,
    { text: LINE, host: 'web1', tag: 'nginx', tsMs: Date.UTC(2026, 10, 22, 22, 20, 27, 300) },
  ],
  ['a process id that is no number', `<134>Nov 22 23:20:27 h caddy[main-7]: x`, { text: 'x', host: 'h', tag: 'caddy' }],
  ['no priority: the text alone', `{"status":200}`, { text: '{"status":200}' }],
  ['neither host nor tag', `<134>Nov 22 23:20:27 ${LINE}`, { text: LINE }],
  ['a priority and JSON', `<134>{"status":200}`, { text: '{"status":200}' }],
  [
    'the cookie of CEE in front of JSON',
    `<142>1 2026-11-22T23:20:27Z edge app - - - @cee: {"status":200}`,
    { text: '{"status":200}', host: 'edge', tag: 'app', tsMs: Date.UTC(2026, 10, 22, 23, 20, 27) },
  ],
  [
    'the same behind a byte order mark, and without a space',
    `<14>1 - edge app - - - \uFEFF@cee:{"status":200}`,
    { text: '{"status":200}', host: 'edge', tag: 'app' },
  ],
  [
    'the same behind a tag',
    `<134>Nov 22 23:20:27 h nginx: @cee: {"status":200}`,
    { text: '{"status":200}', host: 'h', tag: 'nginx' },
  ],
  [
    'the same with spaces around it',
    `<142>1 - edge app - - -  @cee:  {"status":200}`,
    { text: '{"status":200}', host: 'edge', tag: 'app' },
  ],
  ['the same without a head', `@cee:{"status":200}`, { text: '{"status":200}' }],
  ['a word that only looks like the cookie', `@ceed: {"status":200}`, { text: '@ceed: {"status":200}' }],
  ['a head that is cut', `<142>1 2026-11-22T23:20:27Z edge`, { text: 'edge' }],
  ['a priority that is none', `<1345>x`, { text: '<1345>x' }],
  ['nothing behind the priority', `<134>`, { text: '' }],
  ['no text behind the tag', `<134>Nov 22 23:20:27 h nginx:`, { text: '', host: 'h', tag: 'nginx' }],
]

describe('the head of a syslog message', () => {
  it.each(CASES)('%s', (_name, message, expected) => {
    expect(read(message)).toEqual(expected)
  })

  it('never throws and never points outside', () => {
    const head = fc.constantFrom('<134>', '<142>1 ', '<190>Nov 22 23:20:26 ', '<14>1 - - - - - ', '')
    fc.assert(
      fc.property(head, fc.uint8Array({ maxLength: 80 }), (start, rest) => {
        const bytes = Buffer.concat([Buffer.from(start), rest])
        const { from } = readSyslog(bytes)
        expect(from >= 0 && from <= bytes.length).toBe(true)
      }),
    )
  })
})
