/**
 * Adds to the ledger of sources and moves their watermark, lag and usual gap (smoothed: a fifth of the new value).
 * $1 ids, $2 watermarks, $3 arrivals, $4 lags or nulls, $5 deliveries, $6 received, $7 accepted, $8 duplicate, $9 rejected,
 * $10 shed, $11 replayed, $12 in future, $13 overflowed, $14 series used, $15 events that were no error, $16 others.
 */
export const ADD_TO_SOURCES = `
UPDATE source s SET
  watermark_ms = greatest(s.watermark_ms, g.watermark_ms),
  last_arrival_ms = greatest(s.last_arrival_ms, g.arrival_ms),
  lag_ms = coalesce(s.lag_ms + 0.2 * (g.lag_ms - s.lag_ms), g.lag_ms, s.lag_ms),
  usual_gap_ms = CASE WHEN s.last_arrival_ms > 0 AND g.arrival_ms > s.last_arrival_ms
    THEN coalesce(s.usual_gap_ms + 0.2 * (g.arrival_ms - s.last_arrival_ms - s.usual_gap_ms), g.arrival_ms - s.last_arrival_ms)
    ELSE s.usual_gap_ms END,
  -- The weakest ever seen: one batch that can be told from no other is enough for a count to be wrong.
  delivery = greatest(s.delivery, g.delivery),
  received = s.received + g.received,
  accepted = s.accepted + g.accepted,
  duplicate = s.duplicate + g.duplicate,
  rejected = s.rejected + g.rejected,
  shed = s.shed + g.shed,
  replayed = s.replayed + g.replayed,
  in_future = s.in_future + g.in_future,
  overflowed = s.overflowed + g.overflowed,
  series_used = g.series_used,
  last_good_ms = CASE WHEN g.good > 0 THEN g.arrival_ms ELSE s.last_good_ms END,
  unbroken_errors = CASE WHEN g.good > 0 THEN 0 ELSE s.unbroken_errors + g.failed END,
  health = array_remove(ARRAY[
    CASE
      -- Steadily a multiple of a quarter of an hour behind, or often ahead: the zone of the log's times is set wrong.
      WHEN (s.in_future + g.in_future) * 100 > s.received + g.received AND s.received + g.received >= 100 THEN 'wrong_clock'
      WHEN g.lag_ms IS NULL THEN CASE WHEN 'wrong_clock' = ANY (s.health) THEN 'wrong_clock' END
      WHEN least(s.lag_ms, g.lag_ms) > 780000 AND abs(g.lag_ms - s.lag_ms) < 60000
        AND abs(g.lag_ms - round(g.lag_ms / 900000) * 900000) < 60000 THEN 'wrong_clock' END,
    -- A service that is down answers something else within the hour; what never does is filtered before it comes here.
    CASE WHEN g.good = 0 AND s.unbroken_errors + g.failed >= 100
      AND (s.last_good_ms = 0 OR g.arrival_ms - s.last_good_ms >= 3600000) THEN 'errors_only' END
  ], NULL)
FROM unnest($1::int[], $2::bigint[], $3::bigint[], $4::float8[], $5::smallint[], $6::bigint[], $7::bigint[], $8::bigint[],
            $9::bigint[], $10::bigint[], $11::bigint[], $12::bigint[], $13::bigint[], $14::int[], $15::bigint[], $16::bigint[])
  AS g (id, watermark_ms, arrival_ms, lag_ms, delivery, received, accepted, duplicate, rejected, shed, replayed, in_future,
        overflowed, series_used, good, failed)
WHERE s.id = g.id`

/** $1 source ids, $2 reasons, $3 counts. */
export const ADD_TO_SOURCE_REJECTS = `
INSERT INTO source_reject AS r (source_id, reason, count)
SELECT * FROM unnest($1::int[], $2::text[], $3::bigint[])
ON CONFLICT (source_id, reason) DO UPDATE SET count = r.count + excluded.count`
