import type { Pool } from 'pg'

/** What a table takes with all its partitions. */
export interface TableSize {
  readonly name: string
  /** Rows themselves, with what is too long for a page. */
  readonly heapBytes: number
  readonly indexBytes: number
  /** As the server estimates them. */
  readonly live: number
  readonly dead: number
  /** Rows changed so far, and those of them that stayed on their page. */
  readonly changed: number
  readonly inPlace: number
}

/** Every table of the schema that was ever written to, by name. */
export const readTableSizes = async (pool: Pool): Promise<Map<string, TableSize>> => {
  const { rows } = await pool.query<TableSize>(SIZES)
  return new Map(rows.map((row) => [row.name, row]))
}

const SIZES = `
SELECT coalesce(parent.relname, own.relname) AS name,
  sum(pg_table_size(own.oid))::float8 AS "heapBytes", sum(pg_indexes_size(own.oid))::float8 AS "indexBytes",
  sum(n_live_tup)::float8 AS live, sum(n_dead_tup)::float8 AS dead,
  sum(n_tup_upd)::float8 AS changed, sum(n_tup_hot_upd)::float8 AS "inPlace"
FROM pg_stat_user_tables stat
JOIN pg_class own ON own.oid = stat.relid
LEFT JOIN pg_inherits ON inhrelid = own.oid
LEFT JOIN pg_class parent ON parent.oid = inhparent
WHERE own.relkind = 'r'
GROUP BY 1 HAVING sum(n_tup_ins) > 0 ORDER BY 1`
