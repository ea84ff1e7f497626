import * as fc from 'fast-check'
import { problemOf, readBy } from '../testing/directive-reading.js'
import { compileApache } from './apache.js'
import { compileEnvoy } from './envoy.js'
import { compileHaproxy } from './haproxy.js'
import { compileNginx } from './nginx.js'

const NUM_RUNS = Number(process.env['STATUSLINE_PROPERTY_RUNS'] ?? 300)
const pick = <T>(...values: T[]) => fc.constantFrom(...values)

/** What a client would send to have another status counted: the text that stands around the real one. */
const piece = pick(
  ' ',
  '200',
  ' 200 ',
  'HTTP/1.1',
  '0.001',
  '-',
  ',',
  ': ',
  '"',
  '" ',
  ' "',
  '|',
  '\\',
  'a',
  '[',
  '] "',
  '\t',
)
const hostile = fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join('').trim())
/** A header is absent or begins with something; a path begins with a slash. */
const sent = fc.record({
  text: fc.array(
    hostile.map((text) => (text === '' ? '-' : text)),
    { minLength: 8, maxLength: 8 },
  ),
  method: pick('GET', 'POST'),
  hasQuotes: fc.array(fc.boolean(), { minLength: 12, maxLength: 12 }),
  order: fc.shuffledSubarray([...Array(12).keys()], { minLength: 3 }),
  separator: pick(' ', ' | ', '|', '\t', ' - ', ','),
})
type Sent = typeof sent extends fc.Arbitrary<infer Value> ? Value : never

interface Column {
  readonly directive: string
  readonly value: string
}
const column = (directive: string, value: string): Column => ({ directive, value })

const STATUS = 502
const UPSTREAM = [503, 502]

/** The status with the others that a client must not choose, then what it may choose. */
function nginxColumns({ text, method }: Sent): Column[] {
  const [user, uri, agent, referer, host, id, rest, addresses] = text
  return [
    column('$status', String(STATUS)),
    column('$request_time', '0.250'),
    column('$upstream_status', UPSTREAM.join(', ')),
    column('$remote_user', user ?? ''),
    column('$uri', `/${uri}`),
    column('$http_user_agent', agent ?? ''),
    column('$http_referer', referer ?? ''),
    column('$host', host ?? ''),
    column('$http_x_request_id', id ?? ''),
    column('$request', `${method} /${rest} HTTP/1.1`),
    column('$proxy_add_x_forwarded_for', `${addresses}, 192.0.2.1`),
    column('$request_method', method),
  ]
}

function apacheColumns(value: Sent): Column[] {
  const columns = nginxColumns(value)
  const directives = [
    '%>s',
    '%{us}T',
    '%B',
    '%u',
    '%U',
    '%{User-Agent}i',
    '%{Referer}i',
    '%{Host}i',
    '%{X-Request-Id}i',
    '%r',
    '%{X-Forwarded-For}i',
    '%m',
  ]
  return columns.map((each, index) =>
    column(directives[index] ?? '', index === 1 ? '250000' : index === 2 ? '7' : each.value),
  )
}

function envoyColumns({ text, method }: Sent): Column[] {
  const [a, path, agent, referer, host, id, own] = text
  return [
    column('%RESPONSE_CODE%', String(STATUS)),
    column('%DURATION%', '250'),
    column('%RESPONSE_FLAGS%', 'UF'),
    column('%REQ(:PATH)%', `/${path?.replaceAll(/\s/g, '+')}`),
    column('%REQ(USER-AGENT)%', agent ?? ''),
    column('%REQ(REFERER)%', referer ?? ''),
    column('%REQ(:AUTHORITY)%', host ?? ''),
    column('%REQ(X-REQUEST-ID)%', id ?? ''),
    column('%REQ(X-OWN)%', own ?? ''),
    column('%REQ(X-FORWARDED-FOR)%', a ?? ''),
    column('%REQ(:METHOD)%', method),
    column('%PROTOCOL%', 'HTTP/1.1'),
  ]
}

const BYTES = new TextEncoder()
const nginxEscape = (value: string) =>
  Array.from(BYTES.encode(value), (byte) =>
    byte < 0x20 || byte > 0x7e || byte === 0x22 || byte === 0x5c
      ? `\\x${byte.toString(16).padStart(2, '0').toUpperCase()}`
      : String.fromCharCode(byte),
  ).join('')
const apacheEscape = (value: string) => value.replaceAll(/["\\]/g, '\\$&').replaceAll('\t', '\\t')
const jsonEscape = (value: string) => JSON.stringify(value).slice(1, -1)
const asIs = (value: string) => value

interface Made {
  readonly directive: string
  readonly line: string
}

/** A layout of some of the columns in any order, and the line that it writes. */
function made(columns: readonly Column[], value: Sent, escape: (text: string) => string): Made {
  const order = value.order.includes(0) ? value.order : [0, ...value.order]
  const chosen = order.flatMap((index) => columns[index] ?? [])
  const joined = (shown: (each: Column) => string) =>
    chosen
      .map((each, index) => (value.hasQuotes[order[index] ?? 0] ? `"${shown(each)}"` : shown(each)))
      .join(value.separator)
  return { directive: joined(({ directive }) => directive), line: joined((each) => escape(each.value)) }
}

const products = [
  ['nginx', nginxColumns, nginxEscape, (text: string) => compileNginx('own', `log_format own '${text}';`)],
  [
    'nginx, escape=json',
    nginxColumns,
    jsonEscape,
    (text: string) => compileNginx('own', `log_format own escape=json '${text}';`),
  ],
  [
    'nginx, escape=none',
    nginxColumns,
    asIs,
    (text: string) => compileNginx('own', `log_format own escape=none '${text}';`),
  ],
  [
    'Apache',
    apacheColumns,
    apacheEscape,
    (text: string) => compileApache('own', `LogFormat "${text.replaceAll('"', '\\"')}" own`),
  ],
  ['Envoy', envoyColumns, asIs, (text: string) => compileEnvoy('own', text)],
] as const

describe.each(products)(
  '%s: no value that a client chooses changes what is counted',
  (_name, columnsOf, escape, compile) => {
    it('in any layout that is not refused', () => {
      let read = 0
      fc.assert(
        fc.property(sent, (value) => {
          const { directive, line } = made(columnsOf(value), value, escape)
          const layout = compile(directive)
          fc.pre(!('problem' in layout) && !line.startsWith('{'))
          const event = readBy(layout, line.trim())
          if ('reject' in (event as object)) return
          read++
          expect(event).toMatchObject({ status: STATUS })
          if (typeof event === 'object' && 'durationMs' in event) expect(event.durationMs).toBe(250)
          if (typeof event === 'object' && 'upstreamStatuses' in event && event.upstreamStatuses?.length !== 0)
            expect(event.upstreamStatuses).toEqual(
              directive.includes('$upstream_status') ? UPSTREAM : expect.anything(),
            )
        }),
        { numRuns: NUM_RUNS },
      )
      expect(read).toBeGreaterThan(NUM_RUNS / 4)
    })
  },
)

describe('layouts whose status a client could choose', () => {
  const START = '$remote_addr [$time_local] '
  it.each([
    [`${START}$request $status $http_user_agent`, '$request', '$http_user_agent'],
    [`${START}$request_method $uri $server_protocol $status $http_user_agent`, '$uri', '$http_user_agent'],
    [
      `${START}$request_method $request_uri $server_protocol $status $http_user_agent`,
      '$request_uri',
      '$http_user_agent',
    ],
    [`${START}$request_uri $status $upstream_status $http_user_agent`, '$request_uri', '$http_user_agent'],
    [`${START}$http_referer $status $http_user_agent`, '$http_referer', '$http_user_agent'],
    [`$uri|$status|$http_user_agent`, '$uri', '$http_user_agent'],
    [`log_format x escape=none '"$request" $status "$http_user_agent"';`, '$request', '$http_user_agent'],
  ])('nginx %s', (directive, first, last) => {
    expect(problemOf(compileNginx('own', directive))).toContain(
      `${first} and ${last} may hold spaces and stand without`,
    )
  })

  it('other products', () => {
    expect(problemOf(compileApache('own', '%h %t %m %U %>s %{User-Agent}i'))).toMatch(
      /^%U and %\{User-Agent\}i may hold/,
    )
    expect(problemOf(compileEnvoy('own', '"%REQ(REFERER)%" %RESPONSE_CODE% "%REQ(USER-AGENT)%"'))).toMatch(/may hold/)
    expect(problemOf(compileHaproxy('own', '%[req.hdr(a)] %ST %[req.hdr(b)]'))).toMatch(/may hold spaces/)
  })

  it('a list beside a value that may go on like one', () => {
    expect(problemOf(compileNginx('own', '$status $upstream_status $http_user_agent'))).toMatch(
      /^\$upstream_status is a list/,
    )
    expect(problemOf(compileNginx('own', '$http_user_agent $upstream_status $status'))).toMatch(
      /^\$upstream_status is a list/,
    )
    expect(problemOf(compileNginx('own', '"$request_time" $status$request_uri$request_time'))).toMatch(
      /^nothing stands/,
    )
  })
})

describe('layouts that can be read however hostile the values are', () => {
  const TIME = '22/Nov/2026:23:20:26 +0000'
  it.each([
    [
      '$remote_addr [$time_local] "$request" $status $http_user_agent',
      `1.1.1.1 [${TIME}] "GET /a HTTP/1.1" 502 evil" 200 x`,
    ],
    ['$remote_addr [$time_local] $status $http_user_agent', `1.1.1.1 [${TIME}] 502 evil 200 x (y)`],
    ['$remote_user [$time_local] "$request" $status', `a [${TIME}] 200 [${TIME}] "GET / HTTP/1.1" 502`],
    ['$uri\t$status\t$http_user_agent', '/a 200 x\t502\tevil 200'],
    ['$status$request_time', '5020.012'],
    ['$request_uri $status $request_time "$http_user_agent"', '/a 200 0.1 x 502 0.012 "x"'],
  ])('nginx %s', (directive, line) => {
    expect(readBy(compileNginx('own', directive), line)).toMatchObject({ status: 502 })
  })

  it('the path of Envoy, which holds no spaces, before an agent', () => {
    const layout = compileEnvoy('own', '[%START_TIME%] %REQ(:METHOD)% %REQ(:PATH)% %RESPONSE_CODE% %REQ(USER-AGENT)%')
    const line = '[2026-11-22T23:20:26.000Z] GET /a?b 502 Mozilla/5.0 (X11; Linux) 200 x'
    expect(readBy(layout, line)).toMatchObject({ status: 502, path: '/a', method: 'GET' })
  })

  it('an agent behind the path of Apache', () => {
    const layout = compileApache('own', '%s %m %U %H %{User-Agent}i')
    expect(readBy(layout, '502 GET /a HTTP/1.1 Mozilla/5.0 (X11; Linux)')).toMatchObject({
      status: 502,
      path: '/a',
      protocol: 'http/1.1',
    })
  })

  it('a line that is cut in a duration or a list, which would be another one', () => {
    const layout = compileNginx('own', '$status $upstream_status $request_time $request_method')
    expect(readBy(layout, '502 503,')).toEqual(expect.not.objectContaining({ upstreamStatuses: expect.anything() }))
    const read = readBy(layout, '502 503, 502 1.2')
    expect(read).toMatchObject({ status: 502, upstreamStatuses: [503, 502] })
    expect(read).not.toHaveProperty('durationMs')
  })

  it('a line that is cut, with what would be behind it in the agent', () => {
    const layout = compileNginx('own', '$remote_addr $http_user_agent $status $request_time')
    expect(readBy(layout, '192.0.2.1 evil 200 0.001 x y')).toHaveProperty('reject')
    expect(readBy(layout, '192.0.2.1 evil 200 0.001 x 502 0.012')).toMatchObject({ status: 502, durationMs: 12 })
  })
})
