import { Catalog, CLASS_INDEX, OUTCOME_INDEX } from '#catalog'
import { bucketIndex, encodeHistogram } from '#delta'
import { TrafficWriter, type TotalLatencyRow, type TotalRow } from './traffic-writer.js'

const PLACE = { source: 'edge', gateway: 'gw', service: 'shop' }
const total = (some: Partial<TotalRow>): TotalRow => ({
  ...PLACE,
  code: 200,
  class: CLASS_INDEX.success,
  outcome: OUTCOME_INDEX.success,
  count: 1,
  backfilled: 0,
  route: '',
  bytes: 0,
  retries: 0,
  ...some,
})

interface Shown {
  readonly latencies?: readonly TotalLatencyRow[]
  readonly zeroCodes?: readonly number[]
  readonly routes?: boolean
  readonly catalog?: Catalog
}

function scrape(
  totals: readonly TotalRow[],
  { latencies = [], zeroCodes = [], routes = false, catalog = new Catalog() }: Shown = {},
): string {
  const writer = new TrafficWriter({ zeroCodes, routes, catalog })
  for (const row of totals) writer.total(row)
  for (const row of latencies) writer.latency(row)
  return writer
    .end()
    .flatMap(({ chunks }) => chunks)
    .map((chunk) => Buffer.from(chunk).toString())
    .join('')
}

const latency = (some: Partial<TotalLatencyRow>): TotalLatencyRow => ({
  ...PLACE,
  class: CLASS_INDEX.success,
  count: 3,
  sum_ms: 100,
  histogram: encodeHistogram({
    indexes: Uint16Array.of(bucketIndex(5), bucketIndex(90)),
    counts: Float64Array.of(2, 1),
  }),
  ...some,
})
const durations = (given: TotalLatencyRow[]) => scrape([], { latencies: given }).split('\n').slice(0, -1)

describe('the traffic metrics', () => {
  it('split what was backfilled from what came in time; the two together are all', () => {
    const text = scrape([total({ count: 10, backfilled: 4 })])
    const labels = '{source="edge",gateway="gw",service="shop",class="success",code="200",outcome="success"}'
    expect(text).toContain(`gateway_http_requests_total${labels} 6\n`)
    expect(text).toContain(`gateway_http_backfilled_requests_total${labels} 4\n`)
  })

  it('show the word none where there was no response', () => {
    const text = scrape([total({ code: 0, class: CLASS_INDEX.none, outcome: OUTCOME_INDEX.client_closed })])
    expect(text).toContain('class="none",code="none",outcome="client_closed"} 1\n')
  })

  it('show words of a newer release as unknown, once', () => {
    const text = scrape([
      total({ code: 299, outcome: OUTCOME_INDEX.unknown, count: 2 }),
      total({ code: 299, outcome: 90, count: 3 }),
      total({ code: 299, class: 90, count: 4 }),
    ])
    expect(text.match(/_requests_total\{.*"unknown"} .*/g)).toEqual([expect.stringMatching(/code="299".* 5$/)])
    expect(text).toContain('class="none",code="299",outcome="success"} 4\n')
  })

  it('show the configured codes at 0 before their first response, and never twice', () => {
    const answered = total({ code: 502, class: CLASS_INDEX.server_error, outcome: OUTCOME_INDEX.server_error })
    const text = scrape([answered], { zeroCodes: [429, 502, 429] })
    expect(text.match(/_requests_total\{.*code="429".*/g)).toEqual([
      expect.stringMatching(/class="client_error",code="429",outcome="throttled"} 0$/),
    ])
    expect(text.match(/code="502"/g)).toHaveLength(1)
  })

  it('show a configured code at 0 with the outcome that its source gives it', () => {
    const catalog = new Catalog([
      { name: 'edge', source: 'edge', codes: [{ code: 503, name: 'Drained', outcome: 'client_error' }] },
    ])
    const given = [
      total({ code: 503, class: CLASS_INDEX.server_error, outcome: OUTCOME_INDEX.server_error }),
      total({ source: 'other' }),
    ]
    const text = scrape(given, { zeroCodes: [503], catalog })
    expect(text.match(/_requests_total\{.*code="503".*/g)).toEqual([
      expect.stringMatching(/source="edge".*outcome="server_error"} 1$/),
      expect.stringMatching(/source="edge".*outcome="client_error"} 0$/),
      expect.stringMatching(/source="other".*outcome="server_error"} 0$/),
    ])
  })

  it('add bytes and retries up over the codes of a service', () => {
    const text = scrape([total({ bytes: 5, retries: 1 }), total({ code: 404, bytes: 6, retries: 2 })])
    expect(text).toContain('gateway_http_response_bytes_total{source="edge",gateway="gw",service="shop"} 11\n')
    expect(text).toContain('gateway_http_upstream_retries_total{source="edge",gateway="gw",service="shop"} 3\n')
  })

  it('show durations as a cumulative histogram in seconds', () => {
    const lines = durations([latency({}), latency({ service: 'till', class: CLASS_INDEX.server_error })])
    const labels = 'source="edge",gateway="gw",service="shop",class="success"'
    expect(lines).toHaveLength(2 * 16)
    expect(lines[0]).toBe(`gateway_http_request_duration_seconds_bucket{${labels},le="0.005"} 2`)
    expect(lines).toContain(`gateway_http_request_duration_seconds_bucket{${labels},le="0.05"} 2`)
    expect(lines).toContain(`gateway_http_request_duration_seconds_bucket{${labels},le="0.1"} 3`)
    expect(lines).toContain(`gateway_http_request_duration_seconds_bucket{${labels},le="+Inf"} 3`)
    expect(lines).toContain(`gateway_http_request_duration_seconds_sum{${labels}} 0.1`)
    expect(lines).toContain(`gateway_http_request_duration_seconds_count{${labels}} 3`)
    expect(lines.filter((line) => line.includes('service="till",class="server_error"'))).toHaveLength(16)
  })

  it('show count and sum of a histogram that only a newer release can read', () => {
    expect(durations([latency({ histogram: Uint8Array.of(99) })])).toEqual([
      expect.stringMatching(/_bucket\{.*,le="\+Inf"} 3$/),
      expect.stringMatching(/_sum\{.*} 0\.1$/),
      expect.stringMatching(/_count\{.*} 3$/),
    ])
  })

  it('have a route label where routes are allowed one, and are their sum where none is', () => {
    const given = [total({ count: 3 }), total({ count: 4, route: '/pay' })]
    const labels = 'source="edge",gateway="gw",service="shop",class="success",code="200",outcome="success"'
    expect(scrape(given)).toContain(`gateway_http_requests_total{${labels}} 7\n`)
    const text = scrape(given, { routes: true, zeroCodes: [200, 502] })
    expect(text).toContain(`gateway_http_requests_total{${labels},route=""} 3\n`)
    expect(text).toContain(`gateway_http_requests_total{${labels},route="/pay"} 4\n`)
    expect(text.match(/code="502".*/g)).toEqual(['code="502",outcome="server_error",route=""} 0'])
  })

  it('escape what senders wrote into labels', () => {
    const text = scrape([total({ service: 'a"b\\c\nd', route: '/"x"' })], { routes: true })
    expect(text).toContain(String.raw`service="a\"b\\c\nd"`)
    expect(text).toContain(String.raw`route="/\"x\""`)
  })

  const THROTTLED = { code: 429, class: CLASS_INDEX.client_error, outcome: OUTCOME_INDEX.throttled } as const

  it('add up and show zeros for each place on its own', () => {
    const given = [
      total({ bytes: 3 }),
      total({ service: 'till', bytes: 4 }),
      total({ ...THROTTLED, service: 'till', bytes: 5 }),
    ]
    const text = scrape(given, { zeroCodes: [429] })
    expect(text).toContain('gateway_http_response_bytes_total{source="edge",gateway="gw",service="shop"} 3\n')
    expect(text).toContain('gateway_http_response_bytes_total{source="edge",gateway="gw",service="till"} 9\n')
    expect(text.match(/_requests_total\{.*code="429".*\}.*/g)).toEqual([
      expect.stringMatching(/service="shop".*throttled"} 0$/),
      expect.stringMatching(/service="till".* 1$/),
    ])
  })
})
