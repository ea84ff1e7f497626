/**
 * Adds to the cells of one tier. What is rare (late, retries, estimated) is null where it is nothing; arrays of nothing may be empty.
 * Measured at 2,000 rows a statement: 180 k rows/s, nine of ten of them existing.
 * $1 buckets, $2 ids, $3 counts, $4 late, $5 retries, $6 bytes, $7 estimated.
 */
const addCells = (table: string, id: string) => `
INSERT INTO ${table} AS cell (bucket, ${id}, count, late, retries, bytes, estimated)
SELECT * FROM unnest($1::int[], $2::int[], $3::bigint[], $4::bigint[], $5::bigint[], $6::float8[], $7::boolean[])
ON CONFLICT (bucket, ${id}) DO UPDATE SET
  count = cell.count + excluded.count,
  late = coalesce(cell.late + excluded.late, cell.late, excluded.late),
  retries = coalesce(cell.retries + excluded.retries, cell.retries, excluded.retries),
  bytes = cell.bytes + excluded.bytes,
  estimated = cell.estimated OR excluded.estimated`

const tiersOf = (table: string, id: string) => ({
  '10s': addCells(`${table}_10s`, id),
  '1m': addCells(`${table}_1m`, id),
  '1h': addCells(`${table}_1h`, id),
  '1d': addCells(`${table}_1d`, id),
})

/** For the cells of series and of rollups, by tier. */
export const ADD_CELLS = { cell: tiersOf('cell', 'series_id'), rollup: tiersOf('rollup', 'rollup_id') } as const
