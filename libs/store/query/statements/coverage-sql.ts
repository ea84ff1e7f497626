/**
 * How far the data reaches: oldest ten-second partition still there (a disk limit drops those first), the first day with data, the progress of
 * the sources that were heard of lately, and a guess of the number of series and of rollups. A source is idle after max(60 s, 3 × its usual gap) and then
 * holds nobody back. $1: now (epoch ms), $2: names of the sources asked about, or null.
 */
export const COVERAGE_SQL = `
SELECT
  (SELECT min(substring(pg_get_expr(child.relpartbound, 0) FROM 'FROM [(]''?(-?[0-9]+)''?[)]')::int)
   FROM pg_inherits JOIN pg_class child ON child.oid = inhrelid
   WHERE inhparent = 'cell_10s'::regclass) AS oldest_10s,
  (SELECT min(bucket) FROM rollup_1d) AS first_day,
  (SELECT greatest(reltuples, 1000)::int FROM pg_class WHERE oid = 'series'::regclass) AS series,
  (SELECT greatest(reltuples, 1000)::int FROM pg_class WHERE oid = 'rollup'::regclass) AS rollup,
  (SELECT min(watermark_ms)::float8 FROM source
   WHERE $1::bigint - last_arrival_ms <= greatest(60000, 3 * coalesce(usual_gap_ms, 0))
     AND ($2::text[] IS NULL OR name = ANY ($2))) AS watermark_ms`
