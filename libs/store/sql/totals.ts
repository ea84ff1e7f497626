/** What the folder must know to keep the budget of /metrics; read when it takes the lease. */
export const LOAD_TOTALS = `
SELECT digest, source, gateway, service, route, code, class, outcome, backfilled > 0 AS backfilled FROM total`
export const LOAD_TOTAL_LATENCIES = `
SELECT digest, source, gateway, service, class FROM total_latency`

/**
 * Adds to the totals that never expire. $1 digests, $2 sources, $3 gateways, $4 services, $5 codes, $6 classes, $7 outcomes,
 * $8 counts, $9 backfilled, $10 bytes, $11 retries, $12 routes.
 */
export const ADD_TOTALS = `
INSERT INTO total AS t (digest, source, gateway, service, code, class, outcome, count, backfilled, bytes, retries, route)
SELECT * FROM unnest($1::bytea[], $2::text[], $3::text[], $4::text[], $5::smallint[], $6::smallint[], $7::smallint[],
                     $8::bigint[], $9::bigint[], $10::float8[], $11::bigint[], $12::text[])
ON CONFLICT (digest) DO UPDATE SET
  count = t.count + excluded.count,
  backfilled = t.backfilled + excluded.backfilled,
  bytes = t.bytes + excluded.bytes,
  retries = t.retries + excluded.retries`
