/** Everything that the folder must know to give out ids and keep budgets; read when it takes the lease. */
export const LOAD_SOURCES = `
SELECT id, name, watermark_ms, series_used FROM source`
export const LOAD_SERIES = `
SELECT id, digest, source, service, route, rollup_id FROM series`
export const LOAD_ROLLUPS = `
SELECT id, source, gateway, service, code, class, outcome, owner FROM rollup`
export const LOAD_GROUPS = `
SELECT id, digest FROM latency_group`

/** $1 names. */
export const INSERT_SOURCES = `
INSERT INTO source (name) SELECT unnest($1::text[]) RETURNING id, name`

/** $1 digests, $2 sources, $3 gateways, $4 services, $5 routes, $6 methods, $7 protocols, $8 codes, $9 classes, $10 outcomes, $11 owners, $12 rollup ids. */
export const INSERT_SERIES = `
INSERT INTO series (digest, source, gateway, service, route, method, protocol, code, class, outcome, owner, rollup_id)
SELECT * FROM unnest($1::bytea[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[],
                     $8::smallint[], $9::smallint[], $10::smallint[], $11::smallint[], $12::int[])
RETURNING id, digest`

/** Ids in the order of the rows. $1 sources, $2 gateways, $3 services, $4 codes, $5 classes, $6 outcomes, $7 owners. */
export const INSERT_ROLLUPS = `
INSERT INTO rollup (source, gateway, service, code, class, outcome, owner)
SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::smallint[], $5::smallint[], $6::smallint[], $7::smallint[])
RETURNING id`

/** $1 digests, $2 sources, $3 gateways, $4 services, $5 routes, $6 classes. */
export const INSERT_GROUPS = `
INSERT INTO latency_group (digest, source, gateway, service, route, class)
SELECT * FROM unnest($1::bytea[], $2::text[], $3::text[], $4::text[], $5::text[], $6::smallint[])
RETURNING id, digest`
