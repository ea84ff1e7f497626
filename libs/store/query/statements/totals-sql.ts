/** Everything ever counted, by the labels of `gateway_http_requests_total`. */
export const TOTALS_SQL = `
SELECT source, gateway, service, route, code, class, outcome, count::float8 AS count, backfilled::float8 AS backfilled,
  bytes::float8 AS bytes, retries::float8 AS retries
FROM total ORDER BY source, gateway, service, class, code, outcome, route`

/** All durations ever measured, by the labels of `gateway_http_request_duration_seconds`. */
export const TOTAL_LATENCIES_SQL = `
SELECT source, gateway, service, class, count::float8 AS count, sum_ms, histogram
FROM total_latency ORDER BY source, gateway, service, class`
