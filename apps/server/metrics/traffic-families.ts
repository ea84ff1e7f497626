import { classOf, OUTCOMES, type Catalog, type StatusClass } from '#catalog'
import { cumulativeAt, decodeHistogram, EXPORTED_LE_MS } from '#delta'
import type { Total, TotalLatency, Totals } from '#store'
import type { MetricFamily, MetricValue } from './metric-family.js'

/** The traffic metrics, by their names in the contract; docs/metrics.md is compared with this table. */
export const TRAFFIC_METRICS = [
  {
    name: 'gateway_http_requests_total',
    type: 'counter',
    labels: ['source', 'gateway', 'service', 'class', 'code', 'outcome'],
    help: 'Requests that arrived in time, by what their responses meant.',
  },
  {
    name: 'gateway_http_backfilled_requests_total',
    type: 'counter',
    labels: ['source', 'gateway', 'service', 'class', 'code', 'outcome'],
    help: 'Requests that were replayed or arrived more than 5 minutes behind their source.',
  },
  {
    name: 'gateway_http_request_duration_seconds',
    type: 'histogram',
    labels: ['source', 'gateway', 'service', 'class'],
    help: 'Duration of requests whose log tells it.',
  },
  {
    name: 'gateway_http_response_bytes_total',
    type: 'counter',
    labels: ['source', 'gateway', 'service'],
    help: 'Bytes of responses as the gateway counts them.',
  },
  {
    name: 'gateway_http_upstream_retries_total',
    type: 'counter',
    labels: ['source', 'gateway', 'service'],
    help: 'Attempts of the gateway beyond the first one of a request.',
  },
] as const

type TrafficName = (typeof TRAFFIC_METRICS)[number]['name']
type Place = Pick<Total, 'source' | 'gateway' | 'service'>

export interface TrafficLabels {
  /** Codes that every known service shows before their first response. */
  readonly zeroCodes: readonly number[]
  /** Whether requests have a `route` label: some routes are on the allow-list. */
  readonly routes: boolean
  readonly catalog: Catalog
}

/** The traffic metrics from durable totals. */
export function trafficFamilies(totals: Totals, { zeroCodes, routes, catalog }: TrafficLabels): MetricFamily[] {
  const zeros = zeroTotals(totals, zeroCodes, catalog)
  const requests = [...totals.counts, ...zeros]
  const backfilled = totals.counts.filter((total) => total.backfilled > 0)
  const found: Record<TrafficName, MetricValue[]> = {
    gateway_http_requests_total: values(requests, routes, (total) => total.count - total.backfilled),
    gateway_http_backfilled_requests_total: values(backfilled, routes, (total) => total.backfilled),
    gateway_http_request_duration_seconds: totals.latencies.flatMap(durationValues),
    gateway_http_response_bytes_total: sumByPlace(totals.counts, ({ bytes }) => bytes),
    gateway_http_upstream_retries_total: sumByPlace(totals.counts, ({ retries }) => retries),
  }
  return TRAFFIC_METRICS.map(({ name, help, type }) => ({ name, help, type, values: found[name] }))
}

/** One value for each set of labels: without the route label, the totals of a code's routes are one. */
function values(totals: readonly Total[], routes: boolean, valueOf: (total: Total) => number): MetricValue[] {
  const sums = new Map<string, { value: number; labels: MetricValue['labels'] }>()
  for (const total of totals) {
    const labels = labelsOf(total, routes)
    const name = JSON.stringify(Object.values(labels))
    const sum = sums.get(name)
    if (sum === undefined) sums.set(name, { value: valueOf(total), labels })
    else sum.value += valueOf(total)
  }
  return [...sums.values()]
}

function labelsOf(total: Total, routes: boolean): MetricValue['labels'] {
  const { source, gateway, service, class: statusClass, code, outcome, route } = total
  const labels = { source, gateway, service, class: statusClass, code: code ?? 'none', outcome }
  return routes ? { ...labels, route } : labels
}

function zeroTotals({ counts, known }: Totals, zeroCodes: readonly number[], catalog: Catalog): Total[] {
  const there = new Set(counts.map((total) => seriesText(total, total.code, total.outcome)))
  return known.flatMap((place) => {
    const outcomes = catalog.outcomeTable(place.source)
    return zeroCodes.flatMap((code) => {
      const outcome = OUTCOMES[outcomes[code] ?? 0] ?? 'unknown'
      if (there.has(seriesText(place, code, outcome))) return []
      return [
        { ...place, route: '', code, class: classOf(code), outcome, count: 0, backfilled: 0, bytes: 0, retries: 0 },
      ]
    })
  })
}

function seriesText({ source, gateway, service }: Place, code: number | null, outcome: string): string {
  return JSON.stringify([source, gateway, service, code, outcome])
}

function sumByPlace(counts: readonly Total[], numberOf: (total: Total) => number): MetricValue[] {
  const sums = new Map<string, { value: number; labels: MetricValue['labels'] }>()
  for (const total of counts) {
    const { source, gateway, service } = total
    const place = JSON.stringify([source, gateway, service])
    let sum = sums.get(place)
    if (sum === undefined) sums.set(place, (sum = { value: 0, labels: { source, gateway, service } }))
    sum.value += numberOf(total)
  }
  return [...sums.values()]
}

const DURATION = 'gateway_http_request_duration_seconds'

function durationValues(total: TotalLatency): MetricValue[] {
  const { source, gateway, service, count, sumMs } = total
  const labels: Record<string, string> = { source, gateway, service, class: total.class satisfies StatusClass }
  const histogram = decodeHistogram(total.histogram)
  // One that only a newer release can read still tells count and sum.
  const edges = histogram === null ? [] : EXPORTED_LE_MS
  const buckets = edges.map((edgeMs) => ({
    metricName: `${DURATION}_bucket`,
    labels: { ...labels, le: edgeMs / 1_000 },
    value: histogram === null ? 0 : cumulativeAt(histogram, edgeMs),
  }))
  return [
    ...buckets,
    { metricName: `${DURATION}_bucket`, labels: { ...labels, le: '+Inf' }, value: count },
    { metricName: `${DURATION}_sum`, labels, value: sumMs / 1_000 },
    { metricName: `${DURATION}_count`, labels, value: count },
  ]
}
