import { problemOf, readBy } from '../testing/directive-reading.js'
import { compileHaproxy } from './haproxy.js'

const LINE =
  '192.0.2.9:49704 [22/Nov/2026:23:20:27.796] fe~ pay/p1 0/0/1/7/9 503 350 - - SC-- 1/1/0/0/2 0/0 {shop.example} "GET /a?b HTTP/1.1"'
const EVENT = {
  tsMs: 1_795_389_627_805,
  subSecond: true,
  status: 503,
  protocol: 'http/1.1',
  method: 'GET',
  path: '/a',
  gateway: 'fe',
  service: 'pay',
  durationMs: 9,
  upstreamMs: 7,
  bytes: 350,
  upstreamStatuses: [null, null, 503],
}
const HTTPLOG =
  '%ci:%cp [%tr] %ft %b/%s %TR/%Tw/%Tc/%Tr/%Ta %ST %B %CC %CS %tsc %ac/%fc/%bc/%sc/%rc %sq/%bq %hr %hs %{+Q}r'

describe('how a log-format may be pasted', () => {
  it.each([
    ['the line with quotes', `  log-format "${HTTPLOG}"`],
    ['the line with the other quotes', `log-format '${HTTPLOG}'`],
    ['the line with backslashes', `log-format ${HTTPLOG.replaceAll(' ', '\\ ')}`],
    ['over two lines', `log-format "${HTTPLOG.replace('%ST', '\\\n    %ST')}"`],
    ['only the string', HTTPLOG],
    ['the string in quotes', `"${HTTPLOG}"`],
    ['the option that stands for it', 'option httplog'],
    ['the variable that stands for it', 'log-format "${HAPROXY_HTTP_LOG_FMT}"'],
    ['with spaces that HAProxy makes one', HTTPLOG.replaceAll(' ', '  ')],
  ])('%s', (_says, directive) => {
    expect(readBy(compileHaproxy('own', directive), LINE)).toMatchObject(EVENT)
  })

  it('with what the operator adds behind the preset', () => {
    const layout = compileHaproxy('own', 'log-format "${HAPROXY_HTTP_LOG_FMT} %ID %[var(txn.request_id)]"')
    expect(readBy(layout, `${LINE} - r-77`)).toMatchObject({ ...EVENT, requestId: 'r-77' })
  })

  it('quoted words of the line, escaped for the configuration', () => {
    const layout = compileHaproxy('own', String.raw`log-format status=%ST\ path=\"%HP\"\ 100%%`)
    expect(readBy(layout, 'status=204 path="/x" 100%')).toMatchObject({ status: 204, path: '/x' })
  })
})

describe('the values of a log-format', () => {
  it.each([
    ['%Ts.%ms %ST', '1795389627.796 200', { tsMs: 1_795_389_627_796, subSecond: true }],
    ['%{+X}Ts %ST', '6B0378FB 200', { tsMs: 1_795_389_691_000, subSecond: false }],
    ['%T %ST', '22/Nov/2026:23:20:27 +0000 200', { tsMs: 1_795_389_627_000 }],
    ['%ST %Tl', '200 23/Nov/2026:01:20:27 +0200', { tsMs: 1_795_389_627_000 }],
    ['%tr %ST %Ta', '22/Nov/2026:23:20:27.796 200 +9', { tsMs: 1_795_389_627_805, durationMs: 9 }],
    ['%t %ST %Tt %Th %Ti', '22/Nov/2026:23:20:27.796 200 100 20 30', { tsMs: 1_795_389_627_896, durationMs: 50 }],
    ['%t %ST %Ta %Th %Ti', '22/Nov/2026:23:20:27.796 200 50 20 30', { tsMs: 1_795_389_627_896, durationMs: 50 }],
    ['%t %tr %ST %Ta', '22/Nov/2026:23:20:20.000 22/Nov/2026:23:20:27.796 200 9', { tsMs: 1_795_389_627_805 }],
    ['%[request_date(ms)] %ST %Ta', '1795389627796 200 9', { tsMs: 1_795_389_627_805, subSecond: true }],
    ['%[date] %ST %Ta', '1795389627 200 9', { tsMs: 1_795_389_627_000, durationMs: 9 }],
    ['%[date(0,ms)] %ST %Ta', '1795389627796 200 9', { tsMs: 1_795_389_627_796, subSecond: true }],
    ['%[date,utime("%Y-%m-%d %H:%M:%S")] %ST', '2026-11-22 23:20:27 200', { tsMs: 1_795_389_627_000 }],
    ['%ST %[date,ltime(%d/%b/%Y:%H:%M:%S %z)]', '200 23/Nov/2026:01:20:27 +0200', { tsMs: 1_795_389_627_000 }],
    [`%ST %[date(0,us),us_ltime('%F %T.%N %z')]`, '200 2026-11-22 23:20:27.796512 +0000', { tsMs: 1_795_389_627_796 }],
    ['"%[date,http_date]" %ST', '"Sun, 22 Nov 2026 23:20:27 GMT" 200', { tsMs: 1_795_389_627_000 }],
    ['%[request_date(ms),ms_utime(%FT%T.%N)] %ST %Ta', '2026-11-22T23:20:27.796 200 9', { tsMs: 1_795_389_627_805 }],
    ['%[accept_date,utime(%s)] %ST %Tt %Th', '1795389627 200 100 20', { tsMs: 1_795_389_627_100, durationMs: 80 }],
    ['%[date(-60)] %tr %ST %Ta', '1795389567 22/Nov/2026:23:20:27.796 200 9', { tsMs: 1_795_389_627_805 }],
    ['%[date] %tr %ST %Ta', '1795389627 22/Nov/2026:23:20:27.796 200 9', { tsMs: 1_795_389_627_805 }],
    ['%tr %ST %Ta', '22/Nov/2026:23:20:27.796 200 -1', { tsMs: 1_795_389_627_796 }],
    ['%HM %HU %HV %ST', 'PUT /a?b=1 HTTP/2.0 200', { method: 'PUT', path: '/a', protocol: 'http/2' }],
    ['%ST %HM %HPO%HQ', '200 PUT /a?b=1', { path: '/a' }],
    ['%r %ST %B', 'GET /a b HTTP/1.1 200 12', { method: 'GET', path: '/a b', status: 200, bytes: 12 }],
    ['%ST %b/%s %ts', '504 pay/p1 sH', { service: 'pay', owner: 'upstream', flags: ['sH'], upstreamStatuses: [null] }],
    ['%ST %s %ts', '503 p1 --', { owner: 'upstream', upstreamStatuses: [503] }],
    ['%ST %s', '503 <NOSRV>', { owner: 'gateway', upstreamStatuses: [] }],
    ['%ST %rc', '200 +2', { upstreamStatuses: [null, null, null] }],
    ['%ST %{+Q}[capture.req.hdr(0)] %ID', '200 "a "b" c" id-1', { requestId: 'id-1' }],
    ['%ST %[req.hdr(Host),lower]', '200 shop.example', { host: 'shop.example' }],
    ['%ST "%[var(txn.consumer)]"', '200 "acme inc"', { consumer: 'acme inc' }],
    ['%{+Q,+E}o %ST %[unique-id]', String.raw`200 "a\"b\]"`, { requestId: 'a"b]' }],
    ['%ST %[req.hdr(traceparent)]', `200 00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`, { traceId: 'a'.repeat(32) }],
    ['%ST %hr %hs %HM', '200 {a|b} {c} GET', { method: 'GET' }],
    ['%ST %hr %hs %HM', '200 {a} GET', { method: 'GET' }],
    ['%ST %hr %hs %HM', '200 GET', { method: 'GET' }],
    ['%ST %hs x %{+Q}hr %HM', '200 {c} x "{a|b}" GET', { method: 'GET' }],
    ['%ST %hs x %{+Q}hr %HM', '200 x "{a|b}" GET', { method: 'GET' }],
  ])('%s', (directive, line, event) => {
    expect(readBy(compileHaproxy('own', directive), line)).toMatchObject(event)
  })

  it('reads times without a zone in the zone of the source', () => {
    const read = readBy(compileHaproxy('own', HTTPLOG), LINE, 'Europe/Berlin')
    expect(read).toMatchObject({ tsMs: EVENT.tsMs - 3_600_000 })
  })

  it('counts no more retries than can be', () => {
    const read = readBy(compileHaproxy('own', '%ST %rc'), '200 999999999')
    expect(read).toMatchObject({ upstreamStatuses: { length: 100 } })
  })

  it.each(['502', '502 pay', '502 pay/p1 0/0/1/7/9'])('counts a line that is cut behind its status: %s', (line) => {
    const layout = compileHaproxy('own', '%ST %b/%s %TR/%Tw/%Tc/%Tr/%Ta %tsc %{+Q}r')
    expect(readBy(layout, line)).toMatchObject({ status: 502 })
  })
})

describe('JSON', () => {
  const event = {
    tsMs: 1_795_389_627_805,
    status: 502,
    gateway: 'fe',
    service: 'pay',
    method: 'GET',
    path: '/say"hi"',
    durationMs: 9,
    owner: 'upstream',
    upstreamStatuses: [null, null],
    flags: ['SH'],
  }

  it('written by hand, with numbers and texts', () => {
    const layout = compileHaproxy(
      'own',
      `log-format '{"ts":"%tr","fe":"%ft","srv":"%b/%s","s":"%s","st":%ST,"ta":%Ta,"tr":"%Tr","term":"%tsc","rc":%rc,"req":%{+Q}r}'`,
    )
    const record =
      '{"ts":"22/Nov/2026:23:20:27.796","fe":"fe~","srv":"pay/p1","s":"p1","st":502,"ta":9,"tr":"-1","term":"SH--","rc":1,"req":"GET /say#22hi#22 HTTP/1.1"}'
    expect(readBy(layout, record)).toMatchObject(event)
  })

  it('written by hand, with a date under time', () => {
    const layout = compileHaproxy(
      'own',
      `log-format '{"time":"%[date(0,ms),ms_ltime("%Y-%m-%dT%H:%M:%S.%N%z")]","code":%ST,"ms":%Ta}'`,
    )
    const record = '{"time":"2026-11-22T23:20:27.805+0000","code":502,"ms":9}'
    expect(readBy(layout, record)).toMatchObject({ tsMs: event.tsMs, status: 502, durationMs: 9 })
  })

  it("written by HAProxy 3's +json", () => {
    const layout = compileHaproxy(
      'own',
      '%{+json}o %(date)tr %(frontend)ft %(backend)b %(server)s %(status:int)ST %(active)Ta %(tr)Tr %(state)tsc %(retries)rc %(line)r %ci',
    )
    const record =
      '{"date":"22/Nov/2026:23:20:27.796","frontend":"fe","backend":"pay","server":"p1","status":502,"active":9,"tr":-1,"state":"SH--","retries":1,"line":"GET /say\\"hi\\" HTTP/1.1"}'
    expect(readBy(layout, record)).toMatchObject(event)
  })
})

describe('a log-format that cannot be read', () => {
  it.each([
    ['names no status', '%ci:%cp %B', /^%ST is missing; allowed: /],
    ['is tcplog', '%ci:%cp [%t] %ft %b/%s %Tw/%Tc/%Tt %B %ts', /^%ST is missing/],
    ['names a variable that does not exist', '%ST %zz', /^%zz is no variable of log-format; allowed: %B %ST /],
    ['has a lone percent sign', '%ST 100% x', /^% x is no variable; allowed: .*%% for %$/],
    ['does not close a bracket', '%ST %[src', /^%\[src has no closing bracket; allowed: /],
    ['puts two values side by side', '%ST%B', /^nothing stands between %ST and %B/],
    ['writes a list that has no end', '%ST %hrl %B', /^%hrl has no end that could be found; allowed: at the end/],
    ['puts two headers side by side', '%ST %[req.hdr(a)] %[req.hdr(b)] %B', /may hold spaces .*quotes around them/],
    ['begins with a brace that is no JSON', '%hr %ST', /^begins with captured headers.*; allowed: /],
    [
      'writes a date without a day',
      '%ST %[date,ltime(%H:%M)]',
      /^%\[date,ltime\(%H:%M\)\] is a date that cannot be read; allowed/,
    ],
    ['writes half a clock', '%ST %[date,utime(%F %I:%M)]', /^%\[date,utime\(%F %I:%M\)\] is a date/],
    ['writes a date that is moved', '%ST %[date(3600)]', /^%\[date\(3600\)\] is a date that cannot be read/],
    ['writes a date that is moved later', '%ST %[date,ltime(%F %T,3600)]', /is a date that cannot be read/],
    ['writes a date of another unit', '%ST %[date(0,ms),utime(%F %T)]', /is a date that cannot be read/],
    [
      'reckons with a date',
      '{"time":%[date,mul(1000)],"st":%ST}',
      /^%\[date,mul\(1000\)\] is a date that cannot be read/,
    ],
    ['writes what strftime does not know', '%ST %[date,ltime(%F %T %Q)]', /is a date that cannot be read/],
    ['is broken JSON', '{"st":%ST', /no JSON object/],
  ])('%s', (_says, directive, problem) => {
    expect(problemOf(compileHaproxy('own', directive))).toMatch(problem)
  })
})
