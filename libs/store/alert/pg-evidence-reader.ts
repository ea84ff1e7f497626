import type { Pool } from 'pg'
import {
  type AlertSample,
  contiguousSlots,
  CURVE_MS,
  type EvidenceParts,
  EvidenceReader,
  type Slot,
  slotStart,
  type TopRow,
  type Track,
} from '#alert'
import { OUTCOME_INDEX } from '#catalog'
import { badOutcome, type BucketCounts, DENOMINATOR, slotOf } from './tracks.js'

const TOP_ROWS = 5
const SAMPLES = 5

/** $1 service, $2 first bucket, $3 bucket after the last, $4 denominator, $5 server_error, $6 throttled. */
const CURVE = `
SELECT cell.bucket,
  coalesce(sum(cell.count - coalesce(cell.late, 0)) FILTER (WHERE series.outcome = $5), 0)::float8 AS failed,
  coalesce(sum(cell.count - coalesce(cell.late, 0)) FILTER (WHERE series.outcome = $6), 0)::float8 AS throttled,
  sum(cell.count - coalesce(cell.late, 0))::float8 AS denominator
FROM cell_10s AS cell JOIN series ON series.id = cell.series_id
WHERE series.service = $1 AND cell.bucket >= $2 AND cell.bucket < $3 AND series.outcome = ANY ($4::smallint[])
GROUP BY cell.bucket`

/** The places with the most bad responses. $1 service, $2 first bucket, $3 bucket after the last, $4 denominator, $5 bad, $6 limit. */
const TOP = `
WITH sums AS (
  SELECT series.gateway, series.route, series.code, series.outcome, sum(cell.count - coalesce(cell.late, 0)) AS count
  FROM cell_10s AS cell JOIN series ON series.id = cell.series_id
  WHERE series.service = $1 AND cell.bucket >= $2 AND cell.bucket < $3 AND series.outcome = ANY ($4::smallint[])
  GROUP BY 1, 2, 3, 4
), bad AS (
  SELECT gateway, route, code, sum(count) AS bad FROM sums WHERE outcome = $5 AND count > 0 GROUP BY 1, 2, 3
  ORDER BY bad DESC, gateway, route, code LIMIT $6
)
SELECT gateway, route, nullif(code, 0) AS code, bad::float8 AS bad, (
  SELECT sum(count)::float8 FROM sums WHERE sums.gateway = bad.gateway AND sums.route = bad.route
    AND (sums.outcome = $5 OR sums.outcome <> $7)) AS total
FROM bad ORDER BY bad DESC, gateway, route, code`

/** $1 service, $2 first bucket, $3 bucket after the last, $4 bad, $5 limit. */
const SAMPLE = `
SELECT sample.at_ms::float8 AS "atMs", series.source, series.gateway, series.route, series.method,
  nullif(series.code, 0) AS code, sample.duration_ms AS "durationMs", sample.request_id AS "requestId", sample.trace_id AS "traceId", sample.detail
FROM series JOIN sample ON sample.series_id = series.id
WHERE series.service = $1 AND series.outcome = $4 AND sample.bucket >= $2 AND sample.bucket < $3
ORDER BY sample.at_ms DESC LIMIT $5`

/** Reads evidence from cells and samples; rejects when the database fails. */
export class PgEvidenceReader extends EvidenceReader {
  constructor(private readonly pool: Pool) {
    super()
  }

  async read(service: string, track: Track, fromMs: number, toMs: number): Promise<EvidenceParts> {
    const [slots, top, samples] = await Promise.all([
      this.slots(service, track, toMs),
      this.top(service, track, fromMs, toMs),
      this.samples(service, track, fromMs, toMs),
    ])
    return { slots, top, samples }
  }

  private async slots(service: string, track: Track, toMs: number): Promise<Slot[]> {
    const fromMs = slotStart(toMs - CURVE_MS)
    const { failed, throttled } = { failed: OUTCOME_INDEX.server_error, throttled: OUTCOME_INDEX.throttled }
    const range = [bucketOf(fromMs), bucketOf(toMs)]
    const { rows } = await this.pool.query<BucketCounts>(CURVE, [service, ...range, DENOMINATOR, failed, throttled])
    return contiguousSlots(
      rows.map((row) => slotOf(track, row)),
      fromMs,
      toMs,
    )
  }

  private async top(service: string, track: Track, fromMs: number, toMs: number): Promise<TopRow[]> {
    const range = [bucketOf(fromMs), bucketOf(toMs)]
    const { rows } = await this.pool.query<TopRow>(TOP, [
      service,
      ...range,
      DENOMINATOR,
      badOutcome(track),
      TOP_ROWS,
      // For server errors the throttled are no part of the total.
      track === 'server_error' ? OUTCOME_INDEX.throttled : -1,
    ])
    return rows
  }

  private async samples(service: string, track: Track, fromMs: number, toMs: number): Promise<AlertSample[]> {
    const values = [service, bucketOf(fromMs), bucketOf(toMs), badOutcome(track), SAMPLES]
    return (await this.pool.query<AlertSample>(SAMPLE, values)).rows
  }
}

const bucketOf = (ms: number): number => Math.floor(ms / 10_000)
