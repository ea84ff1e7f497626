import { readFileSync } from 'node:fs'
import { Catalog } from '#catalog'
import { encodeHistogram, bucketIndex } from '#delta'
import { METRICS } from '#platform'
import { Turns, type Total, type Totals } from '#store'
import { exposition, writeFamilies, type MetricFormat } from './metric-text.js'
import { trafficFamilies, TRAFFIC_METRICS } from './traffic-families.js'

const PLACE = { source: 'edge', gateway: 'gw', service: 'shop' }
const total = (some: Partial<Total>): Total => ({
  ...PLACE,
  code: 200,
  class: 'success',
  outcome: 'success',
  count: 1,
  backfilled: 0,
  route: '',
  bytes: 0,
  retries: 0,
  ...some,
})

function totals(counts: readonly Total[], latencies: Totals['latencies'] = []): Totals {
  return { counts, latencies }
}

async function scrape(
  given: Totals,
  zeroCodes: readonly number[] = [],
  routes = false,
  format: MetricFormat = 'prometheus',
): Promise<string> {
  const families = trafficFamilies(given, { zeroCodes, routes, catalog: new Catalog() })
  return Buffer.concat([...exposition(await writeFamilies(families, new Turns()), format)]).toString()
}

describe('the traffic metrics', () => {
  it('split what was backfilled from what came in time; the two together are all', async () => {
    const text = await scrape(totals([total({ count: 10, backfilled: 4 })]))
    const labels = '{source="edge",gateway="gw",service="shop",class="success",code="200",outcome="success"}'
    expect(text).toContain(`gateway_http_requests_total${labels} 6\n`)
    expect(text).toContain(`gateway_http_backfilled_requests_total${labels} 4\n`)
  })

  it('show the word none where there was no response', async () => {
    const text = await scrape(totals([total({ code: null, class: 'none', outcome: 'client_closed' })]))
    expect(text).toContain('class="none",code="none",outcome="client_closed"} 1\n')
  })

  it('show the configured codes at 0 before their first response, and never twice', async () => {
    const text = await scrape(
      totals([total({ code: 502, class: 'server_error', outcome: 'server_error' })]),
      [429, 502],
    )
    expect(text).toContain('class="client_error",code="429",outcome="throttled"} 0\n')
    expect(text.match(/code="502"/g)).toHaveLength(1)
  })

  it('add bytes and retries up over the codes of a service', async () => {
    const text = await scrape(totals([total({ bytes: 5, retries: 1 }), total({ code: 404, bytes: 6, retries: 2 })]))
    expect(text).toContain('gateway_http_response_bytes_total{source="edge",gateway="gw",service="shop"} 11\n')
    expect(text).toContain('gateway_http_upstream_retries_total{source="edge",gateway="gw",service="shop"} 3\n')
  })

  it('show durations as a cumulative histogram in seconds', async () => {
    const histogram = encodeHistogram({
      indexes: Uint16Array.of(bucketIndex(5), bucketIndex(90)),
      counts: Float64Array.of(2, 1),
    })
    const latency = { ...PLACE, class: 'success' as const, count: 3, sumMs: 100, histogram }
    const text = await scrape(totals([], [latency]))
    const lines = text.split('\n').filter((line) => line.startsWith('gateway_http_request_duration_seconds'))
    const labels = 'source="edge",gateway="gw",service="shop",class="success"'
    expect(lines[0]).toBe(`gateway_http_request_duration_seconds_bucket{${labels},le="0.005"} 2`)
    expect(lines).toContain(`gateway_http_request_duration_seconds_bucket{${labels},le="0.05"} 2`)
    expect(lines).toContain(`gateway_http_request_duration_seconds_bucket{${labels},le="0.1"} 3`)
    expect(lines).toContain(`gateway_http_request_duration_seconds_bucket{${labels},le="+Inf"} 3`)
    expect(lines).toContain(`gateway_http_request_duration_seconds_sum{${labels}} 0.1`)
    expect(lines).toContain(`gateway_http_request_duration_seconds_count{${labels}} 3`)
  })

  it('have a route label where routes are allowed one, and are their sum where none is', async () => {
    const given = totals([total({ count: 3 }), total({ count: 4, route: '/pay' })])
    const labels = 'source="edge",gateway="gw",service="shop",class="success",code="200",outcome="success"'
    expect(await scrape(given)).toContain(`gateway_http_requests_total{${labels}} 7\n`)
    const text = await scrape(given, [], true)
    expect(text).toContain(`gateway_http_requests_total{${labels},route=""} 3\n`)
    expect(text).toContain(`gateway_http_requests_total{${labels},route="/pay"} 4\n`)
  })

  it('escape what senders wrote into labels', async () => {
    const text = await scrape(totals([total({ service: 'a"b\\c\nd' })]))
    expect(text).toContain(String.raw`service="a\"b\\c\nd"`)
  })

  const THROTTLED = { code: 429, class: 'client_error', outcome: 'throttled' } as const

  it('add up and show zeros for each place on its own', async () => {
    const text = await scrape(
      totals([
        total({ bytes: 3 }),
        total({ service: 'till', bytes: 4 }),
        total({ ...THROTTLED, service: 'till', bytes: 5 }),
      ]),
      [429],
    )
    expect(text).toContain('gateway_http_response_bytes_total{source="edge",gateway="gw",service="shop"} 3\n')
    expect(text).toContain('gateway_http_response_bytes_total{source="edge",gateway="gw",service="till"} 9\n')
    expect(text.match(/_requests_total\{.*code="429".*\}.*/g)).toEqual([
      expect.stringMatching(/service="shop".*throttled"} 0$/),
      expect.stringMatching(/service="till".* 1$/),
    ])
  })

  it('are written in both formats', async () => {
    const open = await scrape(totals([total({})]), [], false, 'openMetrics')
    const plain = await scrape(totals([total({})]))
    expect(open).toContain('# TYPE gateway_http_requests counter\ngateway_http_requests_total{')
    expect(open.endsWith('# EOF\n')).toBe(true)
    expect(plain).toContain('# TYPE gateway_http_requests_total counter\ngateway_http_requests_total{')
  })
})

describe('docs/metrics.md', () => {
  it('lists every metric with its type, labels and sentence, both ways', () => {
    const rows = readFileSync('docs/metrics.md', 'utf8').matchAll(/^\| `(\w+)` +\| (\w+) +\| (.*?) +\| (.+?) +\|$/gm)
    const documented = [...rows].map(([, name, type, labels, help]) => ({ name, type, labels, help }))
    const known = [...TRAFFIC_METRICS, ...METRICS].map(({ name, type, labels, help }) => ({
      name,
      type,
      labels: labels.map((label) => `\`${label}\``).join(', '),
      help,
    }))
    expect(documented).toEqual(known)
  })
})
