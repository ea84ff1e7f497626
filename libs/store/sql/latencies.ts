/** The histograms that are about to be added to. $1 buckets, $2 group ids. */
const readLatencies = (tier: string) => `
SELECT bucket, group_id, count, sum_ms, histogram
FROM latency_${tier} JOIN unnest($1::int[], $2::int[]) AS given (bucket, group_id) USING (bucket, group_id)`

/** Replaces histograms by their sums: only the folder can merge them, and only one folder writes. $1 buckets, $2 group ids, $3 counts, $4 sums, $5 histograms. */
const writeLatencies = (tier: string) => `
INSERT INTO latency_${tier} (bucket, group_id, count, sum_ms, histogram)
SELECT * FROM unnest($1::int[], $2::int[], $3::bigint[], $4::float8[], $5::bytea[])
ON CONFLICT (bucket, group_id) DO UPDATE SET
  count = excluded.count, sum_ms = excluded.sum_ms, histogram = excluded.histogram`

export const READ_LATENCIES = {
  '1m': readLatencies('1m'),
  '1h': readLatencies('1h'),
  '1d': readLatencies('1d'),
} as const
export const WRITE_LATENCIES = {
  '1m': writeLatencies('1m'),
  '1h': writeLatencies('1h'),
  '1d': writeLatencies('1d'),
} as const

/** $1 digests. */
export const READ_TOTAL_LATENCIES = `
SELECT digest, count, sum_ms, histogram FROM total_latency WHERE digest = ANY ($1::bytea[])`

/** $1 digests, $2 sources, $3 gateways, $4 services, $5 classes, $6 counts, $7 sums, $8 histograms. */
export const WRITE_TOTAL_LATENCIES = `
INSERT INTO total_latency (digest, source, gateway, service, class, count, sum_ms, histogram)
SELECT * FROM unnest($1::bytea[], $2::text[], $3::text[], $4::text[], $5::smallint[], $6::bigint[], $7::float8[], $8::bytea[])
ON CONFLICT (digest) DO UPDATE SET
  count = excluded.count, sum_ms = excluded.sum_ms, histogram = excluded.histogram`
