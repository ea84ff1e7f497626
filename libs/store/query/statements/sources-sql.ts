/** Every source with its ledger. */
export const SOURCES_SQL = `
SELECT name, watermark_ms::float8 AS watermark_ms, last_arrival_ms::float8 AS last_arrival_ms, lag_ms, delivery, health,
  received::float8 AS received, accepted::float8 AS accepted, duplicate::float8 AS duplicate, rejected::float8 AS rejected,
  shed::float8 AS shed, replayed::float8 AS replayed, series_used,
  (SELECT coalesce(jsonb_object_agg(reason, count), '{}') FROM source_reject r WHERE r.source_id = source.id) AS rejected_by
FROM source ORDER BY name`
