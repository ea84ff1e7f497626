import { classOf, OUTCOMES, type Catalog, type StatusClass } from '#catalog'
import { cumulativeAt, decodeHistogram, EXPORTED_LE_MS } from '#delta'
import type { Total, TotalLatency, Totals } from '#store'
import { labelText } from './label-text.js'
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

export interface TrafficLabels {
  /** Codes that every known service shows before their first response. */
  readonly zeroCodes: readonly number[]
  /** Whether requests have a `route` label: some routes are on the allow-list. */
  readonly routes: boolean
  readonly catalog: Catalog
}

/** The traffic metrics from durable totals. Their values are made one by one: all at once would take many times the room of the text. */
export function trafficFamilies(totals: Totals, labels: TrafficLabels): MetricFamily[] {
  const { counts, latencies } = totals
  const found: Record<TrafficName, () => Generator<MetricValue>> = {
    gateway_http_requests_total: () => requestValues(counts, labels),
    gateway_http_backfilled_requests_total: () => backfilledValues(counts, labels.routes),
    gateway_http_request_duration_seconds: () => durationValues(latencies),
    gateway_http_response_bytes_total: () => sumByPlace(counts, ({ bytes }) => bytes),
    gateway_http_upstream_retries_total: () => sumByPlace(counts, ({ retries }) => retries),
  }
  return TRAFFIC_METRICS.map(({ name, help, type }) => ({
    name,
    help,
    type,
    values: { [Symbol.iterator]: found[name] },
  }))
}

function* requestValues(
  counts: readonly Total[],
  { zeroCodes, routes, catalog }: TrafficLabels,
): Generator<MetricValue> {
  for (const place of runsOf(counts, isSamePlace)) {
    const where = placeText(place[0])
    yield* countValues(where, place, routes, (total) => total.count - total.backfilled)
    yield* zeroValues(where, place, zeroCodes, routes, catalog)
  }
}

function* backfilledValues(counts: readonly Total[], routes: boolean): Generator<MetricValue> {
  for (const place of runsOf(counts, isSamePlace)) {
    const backfilled = place.filter((total) => total.backfilled > 0)
    if (backfilled.length > 0) yield* countValues(placeText(place[0]), backfilled, routes, (total) => total.backfilled)
  }
}

/** One value for each set of labels of a place: without the route label, the totals of a code's routes are one. */
function countValues(
  where: string,
  place: readonly Total[],
  routes: boolean,
  valueOf: (total: Total) => number,
): Iterable<MetricValue> {
  const sums = new Map<string, { value: number; labels: MetricValue['labels'] }>()
  for (const total of place) {
    const name = `${total.code} ${total.outcome} ${routes ? total.route : ''}`
    const sum = sums.get(name)
    if (sum === undefined) sums.set(name, { value: valueOf(total), labels: labelsOf(where, total, routes) })
    else sum.value += valueOf(total)
  }
  return sums.values()
}

/** Labels that all values of a place share: written once, as most of the time of a scrape goes into labels. */
function placeText({ source, gateway, service }: Place): string {
  return labelText({ source, gateway, service })
}

type Place = Pick<Total, 'source' | 'gateway' | 'service'>

function labelsOf(where: string, { class: statusClass, code, outcome, route }: Answered, routes: boolean): string {
  const text = `${where},class="${statusClass}",code="${code ?? 'none'}",outcome="${outcome}"`
  return routes ? `${text},${labelText({ route })}` : text
}

type Answered = Pick<Total, 'class' | 'code' | 'outcome' | 'route'>

function* zeroValues(
  where: string,
  place: readonly [Total, ...Total[]],
  zeroCodes: readonly number[],
  routes: boolean,
  catalog: Catalog,
): Generator<MetricValue> {
  const outcomes = catalog.outcomeTable(place[0].source)
  for (const code of new Set(zeroCodes)) {
    const outcome = OUTCOMES[outcomes[code] ?? 0] ?? 'unknown'
    if (place.some((total) => total.code === code && total.outcome === outcome)) continue
    yield {
      value: 0,
      labels: labelsOf(where, { route: '', code, class: classOf(code), outcome }, routes),
    }
  }
}

function* sumByPlace(counts: readonly Total[], numberOf: (total: Total) => number): Generator<MetricValue> {
  for (const place of runsOf(counts, isSamePlace)) {
    yield { value: place.reduce((sum, total) => sum + numberOf(total), 0), labels: placeText(place[0]) }
  }
}

/** The totals are ordered by place. */
const isSamePlace = (a: Place, b: Place): boolean =>
  a.service === b.service && a.gateway === b.gateway && a.source === b.source

function* runsOf<Item>(
  items: readonly Item[],
  belong: (first: Item, item: Item) => boolean,
): Generator<readonly [Item, ...Item[]]> {
  let run: [Item, ...Item[]] | null = null
  for (const item of items) {
    if (run !== null && belong(run[0], item)) {
      run.push(item)
      continue
    }
    if (run !== null) yield run
    run = [item]
  }
  if (run !== null) yield run
}

const DURATION = 'gateway_http_request_duration_seconds'
const BUCKET = `${DURATION}_bucket`

const LE_TEXTS = EXPORTED_LE_MS.map((edgeMs) => `,le="${edgeMs / 1_000}"`)

function* durationValues(latencies: readonly TotalLatency[]): Generator<MetricValue> {
  for (const place of runsOf(latencies, isSamePlace)) {
    const where = placeText(place[0])
    for (const { class: statusClass, count, sumMs, histogram } of place) {
      const labels = `${where},class="${statusClass satisfies StatusClass}"`
      const decoded = decodeHistogram(histogram)
      // One that only a newer release can read still tells count and sum.
      const counts = decoded === null ? [] : cumulativeAt(decoded, EXPORTED_LE_MS)
      for (const [edge, value] of counts.entries()) yield { metricName: BUCKET, labels: labels + LE_TEXTS[edge], value }
      yield { metricName: BUCKET, labels: `${labels},le="+Inf"`, value: count }
      yield { metricName: `${DURATION}_sum`, labels, value: sumMs / 1_000 }
      yield { metricName: `${DURATION}_count`, labels, value: count }
    }
  }
}
