/** The partitions of a table with their half-open range; one whose range cannot be read is left alone. $1 table. */
export const LIST_PARTITIONS = `
SELECT child.relname AS name, bound[1] AS "from", bound[2] AS "to"
FROM pg_inherits
JOIN pg_class child ON child.oid = inhrelid,
LATERAL regexp_match(pg_get_expr(child.relpartbound, 0), 'FROM [(]''?(-?[0-9]+)''?[)] TO [(]''?(-?[0-9]+)''?[)]') AS bound
WHERE bound IS NOT NULL AND inhparent = to_regclass($1) AND NOT inhdetachpending`

/** Where the oldest partition of each table begins. $1 tables. */
export const OLDEST_PARTITIONS = `
SELECT parent.relname AS name,
       min(substring(pg_get_expr(child.relpartbound, 0) FROM 'FROM [(]''?(-?[0-9]+)''?[)]')::int) AS oldest
FROM pg_inherits
JOIN pg_class child ON child.oid = inhrelid
JOIN pg_class parent ON parent.oid = inhparent
WHERE inhparent = ANY (SELECT to_regclass(name) FROM unnest($1::text[]) AS name) AND NOT inhdetachpending
GROUP BY parent.relname`
