/** One packing at a time on a server; the lock ends with the session. $1 lock. */
export const TRY_PACKING_LOCK = 'SELECT pg_try_advisory_lock($1) AS locked'

/** Copies that a crash left behind. $1 tables. */
export const LEFT_COPIES = `
SELECT copy.relname AS name FROM unnest($1::text[]) AS parent (name)
JOIN pg_class copy ON copy.relname ~ ('^' || parent.name || '_p-?[0-9]+_copy$')
  AND copy.relnamespace = (SELECT relnamespace FROM pg_class WHERE oid = to_regclass(parent.name))
WHERE copy.relkind = 'r' AND NOT copy.relispartition`

/**
 * The partitions of a table with what tells whether they should be packed. `changes` counts rows that were changed, a little behind
 * and only as long as the server keeps its statistics: good enough to choose, not to be sure. $1 table.
 */
export const PARTITION_STATES = `
SELECT child.relname AS name, pg_relation_size(child.oid)::float8 AS bytes, child.reltuples::float8 AS rows,
       coalesce('fillfactor=100' = ANY (child.reloptions), false) AS packed,
       coalesce(stat.n_tup_ins + stat.n_tup_upd + stat.n_tup_del, 0)::float8 AS changes,
       coalesce(stat.n_tup_upd + stat.n_tup_del, 0)::float8 AS dead
FROM pg_inherits
JOIN pg_class child ON child.oid = inhrelid
LEFT JOIN pg_stat_all_tables stat ON stat.relid = child.oid
WHERE inhparent = to_regclass($1) AND NOT inhdetachpending`

/** How often rows of watched partitions were changed, in open and in failed transactions too. */
export const PACKING_CHANGES = 'SELECT last_value::float8 + is_called::int AS changes FROM packing_change'

/** Counts every change of a partition from now on; its lock waits until those under way have ended. */
export const watch = (name: string): string => `
CREATE OR REPLACE TRIGGER packing AFTER INSERT OR UPDATE OR DELETE ON ${name}
FOR EACH ROW EXECUTE FUNCTION count_packing_change()`

export const unwatch = (name: string): string => `DROP TRIGGER IF EXISTS packing ON ${name}`

/** An empty table that can take a partition's place without being read again. */
export const createCopy = (copy: string, table: string, key: string, from: number, to: number): string => `
CREATE TABLE ${copy} (LIKE ${table} INCLUDING DEFAULTS INCLUDING STORAGE) WITH (fillfactor = 100);
ALTER TABLE ${copy} ADD PRIMARY KEY (${key}) WITH (fillfactor = 100),
  ADD CONSTRAINT bounds CHECK (bucket >= ${from} AND bucket < ${to})`

/** The columns of a table, as text. $1 table. */
export const COLUMNS = `
SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) AS columns
FROM pg_attribute WHERE attrelid = to_regclass($1) AND attnum > 0 AND NOT attisdropped`

/** Where a slice of about $2 rows from bucket $1 ends; no row: the rest is smaller. */
export const endOfSlice = (name: string): string =>
  `SELECT bucket FROM ${name} WHERE bucket >= $1::int ORDER BY bucket OFFSET $2::int LIMIT 1`

/** Whole buckets in the order of the index, which fills its pages. $1 from, $2 to. */
export const copySlice = (copy: string, name: string, key: string, columns: string): string => `
INSERT INTO ${copy} (${columns})
SELECT ${columns} FROM ${name} WHERE bucket >= $1::int AND bucket < $2::int ORDER BY ${key}`

/** Whether every row of a table is visible to everybody, as the last VACUUM found. $1 name. */
export const IS_VISIBLE_TO_ALL = `
SELECT relallvisible >= pg_relation_size(oid) / current_setting('block_size')::int AS visible FROM pg_class WHERE oid = to_regclass($1)`

/**
 * Puts a copy in the place of a partition that was not changed since `changes` was read; else fails with CHANGED. The table is locked
 * before the partition, as everybody does, and all in one round trip. To attach the copy reads nothing, because of the constraint `bounds`.
 */
export const exchange = (
  { table, name, from, to }: { table: string; name: string; from: number; to: number },
  copy: string,
  changes: number,
): string => `
ALTER TABLE ${table} DETACH PARTITION ${name};
DO $$ BEGIN
  IF (${PACKING_CHANGES}) <> ${changes} THEN RAISE EXCEPTION 'changed meanwhile' USING ERRCODE = '${CHANGED}'; END IF;
END $$;
ALTER TABLE ${table} ATTACH PARTITION ${copy} FOR VALUES FROM (${from}) TO (${to});
DROP TABLE ${name};
ALTER TABLE ${copy} DROP CONSTRAINT bounds;
ALTER TABLE ${copy} RENAME TO ${name}`

/** serialization_failure */
export const CHANGED = '40001'

export const DATABASE_SIZE = 'SELECT pg_database_size(current_database())::float8 AS bytes'
