import { problemOf, readBy } from '../testing/directive-reading.js'
import { compileApache } from './apache.js'

const read = (directive: string, record: string, timeZone = 'UTC') =>
  readBy(compileApache('own', directive), record, timeZone)

const VHOST = String.raw`LogFormat "%v:%p %h %l %u %t \"%r\" %>s %O \"%{Referer}i\" \"%{User-Agent}i\" %D" vhost_timed`

type Row = readonly [says: string, directive: string, record: string, event: object]

describe('compileApache', () => {
  const rows: readonly Row[] = [
    [
      'the whole directive, whose time is the start of the request',
      VHOST,
      String.raw`shop.example:443 192.0.2.14 - bob [22/Nov/2026:23:23:22 +0000] "GET /p?q=\"y\" HTTP/2.0" 200 131 "https://r.example/" "agent \xc3\xbc" 7396`,
      {
        tsMs: 1795389802007,
        status: 200,
        method: 'GET',
        path: '/p',
        protocol: 'http/2',
        host: 'shop.example',
        consumer: 'bob',
        bytes: 131,
        durationMs: 7.396,
      },
    ],
    [
      'only the string, with its escapes',
      String.raw`"%h \"%r\" %>s"`,
      '192.0.2.1 "GET /a HTTP/1.1" 200',
      { path: '/a' },
    ],
    [
      'only the text, with its escapes',
      String.raw`%h \"%r\" %>s %T`,
      '192.0.2.1 "GET /a HTTP/1.1" 200 2',
      { durationMs: 2000 },
    ],
    ['only the text, without escapes', '%h "%r" %>s', '192.0.2.1 "GET /a HTTP/1.1" 200', { path: '/a' }],
    [
      'the string of a CustomLog',
      String.raw`CustomLog "/var/log/x y.log" "%>s %U"`,
      '200 /a',
      { status: 200, path: '/a' },
    ],
    ['a directive over two lines', 'LogFormat "%>s \\\n  %m" x', '200 GET', { status: 200, method: 'GET' }],
    ['no bytes, written as a dash', '%>s %b', '304 -', { status: 304, bytes: 0 }],
    ['the final status rather than the first', '%s %>s', '404 200', { status: 200 }],
    ['the only status there is', '%s %B', '404 12', { status: 404, bytes: 12 }],
    ['milliseconds', '%>s %{ms}T', '200 12', { durationMs: 12 }],
    ['microseconds rather than seconds', '%>s %T %D', '200 1 1234567', { durationMs: 1234.567 }],
    ['microseconds by their word', '%>s %{us}T', '200 1500', { durationMs: 1.5 }],
    ['seconds by their word', '%>s %{s}T', '200 2', { durationMs: 2000 }],
    [
      'path and query side by side',
      '"%m %U%q %H" %>s',
      '"GET /a?b=c HTTP/1.1" 200',
      { method: 'GET', path: '/a', status: 200 },
    ],
    [
      'a decoded path with a space, whatever else might hold one',
      '%{UNIQUE_ID}e "%m %U%q %H" %{APP}e %>s %{proxy-status}n',
      'awPX "GET /a b?c HTTP/1.1" x 200 502',
      { path: '/a b', requestId: 'awPX', status: 200, upstreamStatuses: [502] },
    ],
    ['path and no query', '"%m %U%q %H" %>s', '"GET /a HTTP/1.1" 200', { path: '/a', protocol: 'http/1.1' }],
    ['epoch seconds', '%{sec}t %>s', '1795389802 200', { tsMs: 1795389802000, subSecond: false }],
    ['epoch milliseconds', '%{msec}t %>s', '1795389802123 200', { tsMs: 1795389802123 }],
    ['epoch microseconds', '%{usec}t %>s', '1795389802123456 200', { tsMs: 1795389802123 }],
    [
      'seconds with a fraction of their own',
      '%{sec}t.%{usec_frac}t %>s',
      '1795389802.123456 200',
      { tsMs: 1795389802123 },
    ],
    [
      'strftime with a fraction and a zone, which is one time',
      '[%{%d/%b/%Y:%T}t.%{msec_frac}t %{%z}t] %>s',
      '[22/Nov/2026:23:23:22.123 +0100] 200',
      { tsMs: 1795386202123, subSecond: true },
    ],
    ['a bare strftime with a space in it', '%{%F %T}t %>s', '2026-11-22 23:23:22 200', { tsMs: 1795389802000 }],
    [
      'names of months and half days',
      '%{%B %e, %y %I:%M:%S %p %Z}t|%>s',
      'November  2, 26 01:02:03 PM UTC|200',
      { tsMs: 1793624523000 },
    ],
    ['the end of the request', '%{end:msec}t %{ms}T %>s', '1795389802123 50 200', { tsMs: 1795389802123 }],
    ['the beginning, said so', '%{begin:msec}t %{ms}T %>s', '1795389802123 50 200', { tsMs: 1795389802173 }],
    ['a time without a date, which tells nothing', '%{%T}t %>s', '23:23:22 200', { tsMs: null, status: 200 }],
    [
      'a header that is logged for some codes only',
      '"%!200,304,302{Referer}i" "%400,501{User-agent}i" %>s',
      '"-" "-" 200',
      { status: 200 },
    ],
    [
      'ids, trace and notes',
      '%>s %{X-Request-Id}i %{traceparent}i %{proxy-status}n %{SERVICE}e %L',
      '200 77aa 00-3e03093b3642b64e9a7d56c804cf7618-00f067aa0ba902b7-01 502 cart -',
      { requestId: '77aa', traceId: '3e03093b3642b64e9a7d56c804cf7618', upstreamStatuses: [502], service: 'cart' },
    ],
    ['a client that left', '%>s %X', '200 X', { outcome: 'client_closed', owner: 'client' }],
    ['a connection that stays', '%>s %X', '200 +', { status: 200 }],
    [
      'captured: Apache 2.4, five times in one line, of which the first fine one counts',
      '[%{%d/%b/%Y:%H:%M:%S}t.%{usec_frac}t %{%z}t] [%{end:%Y-%m-%dT%H:%M:%S}t] %{msec}t %{begin:usec}t %{end:sec}t "%!200{User-Agent}i" %s %>s %B %I %O %S "%r" %D',
      '[23/Nov/2026:06:04:10.174870 +0000] [2026-11-23T06:04:13] 1795413850174 1795413850174870 1795413853 "-" 200 200 4 80 111 191 "GET /slow HTTP/1.1" 3001912',
      { tsMs: 1795413853176, status: 200, bytes: 4, path: '/slow', durationMs: 3001.912 },
    ],
    [
      'everything that tells nothing',
      '%>s %A %p %I %k %f %P %{tid}P %a %{c}a %^FB %{User-Agent}^ti %%',
      '200 a 1 2 3 /x 4 5 6 7 8 9 %',
      { status: 200 },
    ],
    [
      'JSON',
      String.raw`LogFormat "{ \"time\":\"%t\", \"code\":%>s, \"us\":%D, \"bytes\":\"%b\", \"request\":\"%r\", \"agent\":\"%{User-Agent}i\" }" json`,
      String.raw`{ "time":"[22/Nov/2026:23:23:22 +0000]", "code":200, "us":7396, "bytes":"-", "request":"GET /\xc3\xbc HTTP/1.1", "agent":"a\"b" }`,
      { tsMs: 1795389802007, status: 200, durationMs: 7.396, bytes: 0, path: '/ü' },
    ],
    [
      'an idle connection',
      VHOST,
      'a:80 192.0.2.1 - - [22/Nov/2026:23:23:22 +0000] "-" 408 0 "-" "-" 42',
      { status: 408, protocol: 'unknown' },
    ],
    ['a line of another format', VHOST, '{"status":200}', { reject: 'unreadable' }],
  ]
  it.each(rows)('reads %s', (_says, directive, record, event) => {
    expect(read(directive, record)).toMatchObject(event)
  })

  it('takes a time without a zone for local time of the source', () => {
    expect(read('%{%F %T}t %>s', '2026-11-22 23:23:22 200', 'Europe/Berlin')).toMatchObject({ tsMs: 1795386202000 })
  })

  it.each([
    ['no status', '%h %r', /^%>s is missing; allowed: /],
    ['nothing between two values', '%h%u %>s', /^nothing stands between %h and %u, /],
    [
      'an unknown conversion',
      '%{%Q}t %>s',
      /^%\{%Q\}t holds %Q, which is no time; allowed: the conversions of strftime/,
    ],
    ['a stray percent sign', '100% %>s', /^has a % that begins no directive, in "% %>s"/],
    ['a string that does not end', 'LogFormat "%>s', /^has a string that does not end; allowed: /],
    ['two values with spaces and no quotes', '%r %{User-Agent}i %>s', /^%r and %\{User-Agent\}i may hold spaces/],
  ])('refuses %s', (_says, directive, problem) => {
    expect(problemOf(compileApache('own', directive))).toMatch(problem)
  })
})

describe('an empty user, the only value with quotes that nothing escapes', () => {
  const TIME = '[22/Nov/2026:23:20:26 +0000]'
  it.each([
    ['common', '%h %l %u %t "%r" %>s %b', `::1 - "" ${TIME} "GET / HTTP/1.1" 401 0`],
    ['in quotes', '"%u" "%r" %>s', '"""" "GET / HTTP/1.1" 401'],
    ['in brackets', '%h (%u) %t "%r" %>s "%{User-Agent}i"', `::1 ("") ${TIME} "GET / HTTP/1.1" 401 "a\\"b"`],
    ['before the status', '"%r" %u %>s', '"GET / HTTP/1.1" "" 401'],
    ['twice', '%u "%r" %<u %>s', '"" "GET / HTTP/1.1" "" 401'],
    ['in JSON', '{"u":"%u","r":"%r","s":%>s}', '{"u":"""","r":"GET / HTTP/1.1","s":401}'],
    ['among others in JSON', '{"u":"%u of %h","r":"%r","s":%>s}', '{"u":""" of ::1","r":"GET / HTTP/1.1","s":401}'],
  ])('%s', (_says, directive, line) => {
    const read = readBy(compileApache('own', directive), line)
    expect(read).toMatchObject({ status: 401, path: '/' })
    expect(read).not.toHaveProperty('consumer')
  })

  it('a name with quotes is escaped, and chooses nothing', () => {
    const forged = String.raw`\"\" ${TIME} \"GET / HTTP/1.1\" 200 0`
    const layout = compileApache('own', '%h %l %u %t "%r" %>s %b')
    expect(readBy(layout, `::1 - ${forged} ${TIME} "GET /a HTTP/1.1" 401 0`)).toMatchObject({
      status: 401,
      path: '/a',
      consumer: `"" ${TIME} "GET / HTTP/1.1" 200 0`,
    })
  })

  it('cut behind the status', () => {
    const layout = compileApache('own', '%h %l %u %t "%r" %>s %b "%{User-Agent}i"')
    expect(readBy(layout, `::1 - "" ${TIME} "GET / HTTP/1.1" 401 0 "cur`)).toMatchObject({ status: 401, path: '/' })
  })
})
