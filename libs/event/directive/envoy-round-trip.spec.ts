import * as fc from 'fast-check'
import { istio } from '../layout/text/istio.js'
import { envoy } from '../layout/text/envoy.js'
import { readBy } from '../testing/directive-reading.js'
import { compileEnvoy } from './envoy.js'

const NUM_RUNS = Number(process.env['STATUSLINE_PROPERTY_RUNS'] ?? 300)
const pick = <T>(...values: T[]) => fc.constantFrom(...values)

/** What clients may send and Envoy does not escape. A path is trimmed, and a query is no part of it. */
const HOSTILE = fc.array(
  pick('"', '" "', ' ', '[', ']', '\\', '-', 'a', '%', '{', 'ü', '" 200 - 0 0 1 2 "', '" "-" "'),
  {
    maxLength: 8,
  },
)
const agent = HOSTILE.map((parts) => parts.join('') || '-')
const path = HOSTILE.map((parts) => `/x${parts.join('')}x`)

const request = fc.record({
  // An epoch number without a fraction is one in whole seconds.
  startMs: fc.integer({ min: 1_700_000_000_000, max: 1_900_000_000_000 }).filter((ms) => ms % 1000 !== 0),
  method: pick('GET', 'POST', 'PROPFIND'),
  path,
  protocol: pick('HTTP/1.0', 'HTTP/1.1', 'HTTP/2', 'HTTP/3'),
  status: pick(200, 204, 301, 404, 429),
  bytes: fc.nat(),
  durationMs: fc.nat(100_000),
  upstreamMs: fc.option(fc.nat(100_000)),
  forwarded: pick('-', '198.51.100.4', '198.51.100.4,203.0.113.9'),
  agent,
  requestId: fc.option(fc.uuid()),
  host: pick('shop.example', 'cart:8080', '[2001:db8::1]:443'),
  upstreamHost: pick('10.2.0.9:8443', '[2001:db8::9]:8443'),
})
type Request = typeof request extends fc.Arbitrary<infer Value> ? Value : never

const eventOf = (sent: Request) => ({
  tsMs: sent.startMs + sent.durationMs,
  subSecond: sent.startMs % 1_000 !== 0,
  status: sent.status,
  method: sent.method,
  path: sent.path,
  protocol: { 'HTTP/1.0': 'http/1.0', 'HTTP/1.1': 'http/1.1', 'HTTP/2': 'http/2', 'HTTP/3': 'http/3' }[sent.protocol],
  bytes: sent.bytes,
  durationMs: sent.durationMs,
  host: sent.host,
  upstreamStatuses: [sent.status],
  ...(sent.upstreamMs !== null && { upstreamMs: sent.upstreamMs }),
  ...(sent.requestId !== null && { requestId: sent.requestId }),
})

const head = (sent: Request) =>
  `[${new Date(sent.startMs).toISOString()}] "${sent.method} ${sent.path}?q=1 ${sent.protocol}" ${sent.status} -`
const tail = (sent: Request) =>
  `0 ${sent.bytes} ${sent.durationMs} ${sent.upstreamMs ?? '-'} "${sent.forwarded}" "${sent.agent}" ` +
  `"${sent.requestId ?? '-'}" "${sent.host}" "${sent.upstreamHost}"`

/** A value with the operator that writes it and what the event must say. */
const columns = (sent: Request) => [
  { operator: '%RESPONSE_CODE%', value: String(sent.status) },
  { operator: '%START_TIME(%s.%3f)%', value: (sent.startMs / 1000).toFixed(3) },
  { operator: '"%REQ(:METHOD)% %REQ(:PATH)% %PROTOCOL%"', value: `"${sent.method} ${sent.path} ${sent.protocol}"` },
  { operator: '%BYTES_SENT%', value: String(sent.bytes) },
  { operator: '%DURATION%', value: String(sent.durationMs) },
  { operator: '"%REQ(USER-AGENT)%"', value: `"${sent.agent}"` },
  { operator: '%REQ(X-REQUEST-ID)%', value: sent.requestId ?? '-' },
  { operator: '(%REQ(:AUTHORITY)%)', value: `(${sent.host})` },
  { operator: '%UPSTREAM_HOST%', value: sent.upstreamHost },
  { operator: '%RESP(X-ENVOY-UPSTREAM-SERVICE-TIME)%', value: String(sent.upstreamMs ?? '-') },
]

/** A column without what the line has around it. */
const bare = (text: string) => text.replaceAll(/^["(]|[")]$/g, '')

describe('a line that Envoy writes is read as what it was made of', () => {
  it('in the default format, whatever agent and path hold', () => {
    fc.assert(
      fc.property(request, (sent) => {
        expect(readBy(envoy, `${head(sent)} ${tail(sent)}`)).toEqual(eventOf(sent))
      }),
      { numRuns: NUM_RUNS },
    )
  })

  it("in Istio's format", () => {
    fc.assert(
      fc.property(request, (sent) => {
        const mesh = 'outbound|80||cart.shop.svc.cluster.local 10.1.0.2:40000 10.96.0.9:80 10.1.0.2:50000 - cart-v1'
        const line = `${head(sent)} via_upstream - "-" ${tail(sent)} ${mesh}`
        expect(readBy(istio, line)).toEqual({
          ...eventOf(sent),
          service: 'cart.shop.svc.cluster.local',
          route: 'cart-v1',
        })
      }),
      { numRuns: NUM_RUNS },
    )
  })

  it('in a format of the operator, in any order', () => {
    const orders = fc.shuffledSubarray([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]).filter((order) => order.includes(0))
    fc.assert(
      fc.property(request, orders, (chosenByClient, order) => {
        // No version of HTTP lets a path hold a space.
        const sent = { ...chosenByClient, path: chosenByClient.path.replaceAll(' ', '+') }
        const chosen = order.flatMap((index) => columns(sent)[index] ?? [])
        const layout = compileEnvoy('own', chosen.map(({ operator }) => operator).join(' | '))
        // Headers that a client chooses may not stand on both sides of what counts.
        fc.pre(!('problem' in layout))
        const read = readBy(layout, chosen.map(({ value }) => value).join(' | '))
        const { status, ...all } = eventOf(sent)
        if (order.length === 10) expect(read).toEqual({ status, ...all })
        else expect(read).toMatchObject({ status, ...(order.includes(4) && { durationMs: all.durationMs }) })
      }),
      { numRuns: NUM_RUNS },
    )
  })

  it('as JSON, of texts or of numbers', () => {
    const keys = ['code', 'ts', 'line', 'bytes', 'ms', 'agent', 'id', 'host', 'up', 'upms']
    fc.assert(
      fc.property(request, fc.boolean(), (sent, isTyped) => {
        const members = (of: (column: { operator: string; value: string }) => unknown) =>
          Object.fromEntries(columns(sent).map((column, index) => [keys[index] ?? '', of(column)]))
        const typed = (text: string) =>
          isTyped && /^\d+$/.test(text) ? Number(text) : text === '-' && isTyped ? null : text
        const layout = compileEnvoy('own', JSON.stringify(members(({ operator }) => bare(operator))))
        const record = JSON.stringify(members(({ value }) => typed(bare(value))))
        expect(readBy(layout, record)).toEqual(eventOf(sent))
      }),
      { numRuns: NUM_RUNS },
    )
  })
})
