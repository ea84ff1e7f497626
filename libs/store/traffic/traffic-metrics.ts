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

export type TrafficName = (typeof TRAFFIC_METRICS)[number]['name']

/** The values of one traffic metric as text: whole lines of an exposition, in pieces. */
export interface TrafficText {
  readonly name: TrafficName
  readonly chunks: readonly Uint8Array<ArrayBuffer>[]
}
