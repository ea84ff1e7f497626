import * as fc from 'fast-check'
import { haproxy } from '../layout/text/haproxy.js'
import { MONTHS } from '../value/instant.js'
import { readBy } from '../testing/directive-reading.js'
import { compileHaproxy } from './haproxy.js'

const NUM_RUNS = Number(process.env['STATUSLINE_PROPERTY_RUNS'] ?? 300)
const pick = <T>(...values: T[]) => fc.constantFrom(...values)

/** What clients may send; HAProxy escapes quotes, `#`, and what is no printable ASCII. */
const text = fc.string({ maxLength: 20, unit: pick(...'ab /"#\\{}|:[]-ü\t') }).map((value) => `x${value}x`)
const escaped = (value: string, alsoBraces = false) =>
  Array.from(new TextEncoder().encode(value), (byte) => {
    const char = String.fromCharCode(byte)
    const isPlain =
      byte >= 0x20 && byte <= 0x7e && char !== '"' && char !== '#' && !(alsoBraces && '{|}'.includes(char))
    return isPlain ? char : `#${byte.toString(16).toUpperCase().padStart(2, '0')}`
  }).join('')

const request = fc.record({
  startMs: fc.integer({ min: 1_700_000_000_000, max: 1_900_000_000_000 }),
  client: pick('192.0.2.9', '2001:db8::9'),
  frontend: pick('fe', 'https-in'),
  isTls: fc.boolean(),
  backend: pick('pay', 'be_shop.v1'),
  method: pick('GET', 'POST'),
  path: text.map((value) => `/${value}`),
  status: pick(200, 204, 301, 404, 429),
  bytes: fc.nat(),
  activeMs: fc.nat(100_000),
  headersMs: fc.nat(100_000),
  retries: fc.nat(5),
  isRedispatched: fc.boolean(),
  isEarly: fc.boolean(),
  requestHeaders: fc.option(fc.array(text, { minLength: 1, maxLength: 3 })),
  responseHeaders: fc.option(fc.array(text, { minLength: 1, maxLength: 2 })),
  host: pick('-', 'shop.example'),
})
type Request = typeof request extends fc.Arbitrary<infer Value> ? Value : never

const two = (value: number) => String(value).padStart(2, '0')

function date(ms: number): string {
  const at = new Date(ms)
  const day = `${two(at.getUTCDate())}/${MONTHS[at.getUTCMonth()]}/${at.getUTCFullYear()}`
  const clock = [at.getUTCHours(), at.getUTCMinutes(), at.getUTCSeconds()].map(two).join(':')
  return `${day}:${clock}.${String(at.getUTCMilliseconds()).padStart(3, '0')}`
}

/** `%hr` or `%hs` with the space behind it. */
const captured = (headers: readonly string[] | null) =>
  headers === null ? '' : `{${headers.map((header) => escaped(header, true)).join('|')}} `

function line(sent: Request): string {
  const plus = sent.isEarly ? '+' : ''
  const retries = `${sent.isRedispatched ? '+' : ''}${sent.retries}`
  return (
    `${sent.client}:49704 [${date(sent.startMs)}] ${sent.frontend}${sent.isTls ? '~' : ''} ${sent.backend}/s1 ` +
    `0/0/1/${sent.headersMs}/${plus}${sent.activeMs} ${sent.status} ${plus}${sent.bytes} - - ---- 1/1/0/0/${retries} 0/0 ` +
    `${captured(sent.requestHeaders)}${captured(sent.responseHeaders)}"${sent.method} ${escaped(sent.path)}?q=1 HTTP/1.1"`
  )
}

const eventOf = (sent: Request) => ({
  tsMs: sent.startMs + sent.activeMs,
  subSecond: sent.startMs % 1_000 !== 0,
  status: sent.status,
  protocol: 'http/1.1',
  method: sent.method,
  // A `#` begins a fragment, which is no part of a path.
  path: sent.path.split('#', 1)[0],
  gateway: sent.frontend,
  service: sent.backend,
  bytes: sent.bytes,
  durationMs: sent.activeMs,
  upstreamMs: sent.headersMs,
  upstreamStatuses: [...Array<null>(sent.retries).fill(null), sent.status],
})

/** A value with the directive that writes it. */
const columns = (sent: Request) => [
  ['%ST', String(sent.status)],
  ['[%tr]', `[${date(sent.startMs)}]`],
  ['%Ta', String(sent.activeMs)],
  ['%{+Q}r', `"${sent.method} ${escaped(sent.path)} HTTP/1.1"`],
  ['fe=%ft', `fe=${sent.frontend}~`],
  ['%b/%s', `${sent.backend}/s1`],
  ['%B', String(sent.bytes)],
  ['%Tr', String(sent.headersMs)],
  ['%tsc %rc', `---- ${sent.retries}`],
  ['%hr %hs', `${captured(sent.requestHeaders)}${captured(sent.responseHeaders)}`.trim()],
  ['%{+Q}[var(txn.x)]', '"a b"'],
]

describe('a line that HAProxy writes is read as what it was made of', () => {
  it('as httplog, with and without captured headers', () => {
    fc.assert(
      fc.property(request, (sent) => {
        expect(readBy(haproxy, line(sent))).toEqual(eventOf(sent))
      }),
      { numRuns: NUM_RUNS },
    )
  })

  it('as httpslog', () => {
    fc.assert(
      fc.property(request, (sent) => {
        const tls = `0/0000000000000000/0/0/0 ${sent.host}/TLSv1.3/TLS_AES_256_GCM_SHA384`
        const host = sent.host === '-' ? {} : { host: sent.host }
        expect(readBy(haproxy, `${line(sent)} ${tls}`)).toEqual({ ...eventOf(sent), ...host })
      }),
      { numRuns: NUM_RUNS },
    )
  })

  it('cut anywhere behind its status: everything before the cut stands', () => {
    fc.assert(
      fc.property(request, fc.nat(), (sent, at) => {
        const whole = line(sent)
        const from = whole.indexOf(' - - ---- ')
        const read = readBy(haproxy, whole.slice(0, from + (at % (whole.length - from))))
        const { status, gateway, service, durationMs, tsMs } = eventOf(sent)
        expect(read).toMatchObject({ status, gateway, service, durationMs, tsMs })
      }),
      { numRuns: NUM_RUNS },
    )
  })

  it('by a log-format of the operator, in any order', () => {
    const orders = fc.shuffledSubarray([...Array(11).keys()].slice(1), { minLength: 10 })
    fc.assert(
      fc.property(request, orders, (sent, order) => {
        const chosen = [0, ...order].flatMap((index) => [columns(sent)[index] ?? []])
        const layout = compileHaproxy('own', `log-format '${chosen.map(([directive]) => directive).join(' ')}'`)
        const record = chosen
          .map(([, value]) => value)
          .filter((value) => value !== '')
          .join(' ')
        expect(readBy(layout, record)).toEqual(eventOf(sent))
      }),
      { numRuns: NUM_RUNS },
    )
  })
})
