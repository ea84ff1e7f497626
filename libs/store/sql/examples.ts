/**
 * Keeps at most $8 samples of a series in a minute, the first to come, and besides the first of each ten seconds: what comes later
 * writes nothing. $1 buckets, $2 times, $3 series ids, $4 durations, $5 request ids, $6 trace ids, $7 details.
 */
export const ADD_SAMPLES = `
INSERT INTO sample (bucket, at_ms, series_id, duration_ms, request_id, trace_id, detail)
SELECT bucket, at_ms, series_id, duration_ms, request_id, trace_id, detail
FROM (
  SELECT given.*,
    held.of_minute + row_number() OVER (PARTITION BY given.series_id, given.bucket / 6 ORDER BY given.at_ms DESC, given.request_id) AS place,
    held.of_bucket + row_number() OVER (PARTITION BY given.series_id, given.bucket ORDER BY given.at_ms DESC, given.request_id) AS place_in_bucket
  FROM unnest($1::int[], $2::bigint[], $3::int[], $4::float8[], $5::text[], $6::text[], $7::text[])
    AS given (bucket, at_ms, series_id, duration_ms, request_id, trace_id, detail),
  LATERAL (
    SELECT count(*) AS of_minute, count(*) FILTER (WHERE s.bucket = given.bucket) AS of_bucket FROM sample s
    WHERE s.series_id = given.series_id AND s.bucket >= given.bucket / 6 * 6 AND s.bucket < given.bucket / 6 * 6 + 6
      AND s.at_ms >= given.bucket / 6 * 60000::bigint AND s.at_ms < (given.bucket / 6 + 1) * 60000::bigint
  ) AS held
) AS placed
WHERE place <= $8 OR place_in_bucket = 1`

/**
 * Adds throttled events by consumer. A minute of a service names at most $6 consumers, the largest of each fold first; the
 * others are one \`{other}\`. $1 buckets, $2 sources, $3 services, $4 consumers, $5 counts.
 */
export const ADD_CONSUMERS = `
INSERT INTO consumer_1m AS c (bucket, source, service, consumer, count)
SELECT bucket, source, service, CASE WHEN known OR held + place <= $6 THEN consumer ELSE '{other}' END AS name, sum(count)
FROM (
  SELECT given.*, old.known, held.count AS held,
    row_number() OVER (PARTITION BY given.bucket, given.source, given.service, old.known ORDER BY given.count DESC, given.consumer) AS place
  FROM unnest($1::int[], $2::text[], $3::text[], $4::text[], $5::bigint[]) AS given (bucket, source, service, consumer, count),
  LATERAL (
    SELECT given.consumer = '{other}' OR EXISTS (
      SELECT FROM consumer_1m k WHERE (k.bucket, k.source, k.service, k.consumer) = (given.bucket, given.source, given.service, given.consumer)
    ) AS known
  ) AS old,
  LATERAL (
    SELECT count(*) FROM consumer_1m h
    WHERE (h.bucket, h.source, h.service) = (given.bucket, given.source, given.service) AND h.consumer <> '{other}'
  ) AS held
) AS placed
GROUP BY bucket, source, service, name
ORDER BY bucket, source, service, name
ON CONFLICT (bucket, source, service, consumer) DO UPDATE SET count = c.count + excluded.count`
