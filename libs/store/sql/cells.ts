/**
 * Adds to the cells of one tier. Measured at 20,000 rows a statement: 175-228 k rows/s new, 123-153 k existing.
 * $1 buckets, $2 series ids, $3 counts, $4 late, $5 retries, $6 bytes, $7 duration sums in ms, $8 estimated.
 */
const addCells = (tier: string) => `
INSERT INTO cell_${tier} AS cell (bucket, series_id, count, late, retries, bytes, duration_ms_sum, estimated)
SELECT * FROM unnest($1::int[], $2::int[], $3::bigint[], $4::bigint[], $5::bigint[], $6::float8[], $7::float8[], $8::boolean[])
ON CONFLICT (bucket, series_id) DO UPDATE SET
  count = cell.count + excluded.count,
  late = cell.late + excluded.late,
  retries = cell.retries + excluded.retries,
  bytes = cell.bytes + excluded.bytes,
  duration_ms_sum = cell.duration_ms_sum + excluded.duration_ms_sum,
  estimated = cell.estimated OR excluded.estimated`

export const ADD_CELLS = {
  '10s': addCells('10s'),
  '1m': addCells('1m'),
  '1h': addCells('1h'),
  '1d': addCells('1d'),
} as const
