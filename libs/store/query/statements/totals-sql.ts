/** Everything ever counted, by the labels of `gateway_http_requests_total`. Only what belongs together has to be together: any language's order would cost more. */
export const TOTALS_SQL = `
SELECT source, gateway, service, route, code, class, outcome, count::float8 AS count, backfilled::float8 AS backfilled,
  bytes::float8 AS bytes, retries::float8 AS retries
FROM total ORDER BY source COLLATE "C", gateway COLLATE "C", service COLLATE "C", class, code, outcome, route COLLATE "C"`

/** How many places have so many rows and classes, for the budget of /metrics. $1 codes that every place shows anyway. */
export const METRIC_PLACES_SQL = `
SELECT rows, classes, count(*)::int AS places
FROM (
  SELECT source, gateway, service, sum(rows)::int AS rows, sum(classes)::int AS classes
  FROM (
    SELECT source, gateway, service,
      count(*) FILTER (WHERE route <> '' OR code <> ALL ($1::smallint[])) + count(*) FILTER (WHERE backfilled > 0) AS rows, 0 AS classes
    FROM total GROUP BY source, gateway, service
    UNION ALL
    SELECT source, gateway, service, 0, count(*) FROM total_latency GROUP BY source, gateway, service
  ) AS part
  GROUP BY source, gateway, service
) AS place
GROUP BY rows, classes`

/** All durations ever measured, by the labels of `gateway_http_request_duration_seconds`. */
export const TOTAL_LATENCIES_SQL = `
SELECT source, gateway, service, class, count::float8 AS count, sum_ms, histogram
FROM total_latency ORDER BY source COLLATE "C", gateway COLLATE "C", service COLLATE "C", class`
