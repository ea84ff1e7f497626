import type { Pool } from 'pg'
import { contiguousSlots, type Signal, SignalReader, slotStart, TRACKS } from '#alert'
import { OUTCOME_INDEX } from '#catalog'
import { Turns } from '../turns.js'
import { type BucketCounts, DENOMINATOR, slotOf, sumBuckets } from './tracks.js'
import { isIdle, LONGEST_WAIT_MS, serviceTimes, type SourceTimes } from './watermark.js'

/** The long window and the time that a restart may take. */
const HISTORY_MS = 10 * 60_000

/** Services that are watched at one time; their slots take about 20 KB each. */
const WATCHED = 2_000

/**
 * One row per service, so that the driver has thousands and not hundreds of thousands of rows to read. Whoever sends can make
 * up services, so the number of those watched is bounded: each source has its busiest ones first, and open alerts stay.
 * `late` is what was replayed or came more than five minutes behind its source: counted everywhere, but never alarming.
 * $1 first bucket, $2 bucket after the last, $3 outcomes of the denominator, $4 server_error, $5 throttled, $6 most services.
 */
const READ = `
WITH sums AS MATERIALIZED (
  SELECT rollup.service, rollup.source, cell.bucket,
    coalesce(sum(cell.count - coalesce(cell.late, 0)) FILTER (WHERE rollup.outcome = $4), 0)::float8 AS failed,
    coalesce(sum(cell.count - coalesce(cell.late, 0)) FILTER (WHERE rollup.outcome = $5), 0)::float8 AS throttled,
    sum(cell.count - coalesce(cell.late, 0))::float8 AS denominator
  FROM rollup_10s AS cell JOIN rollup ON rollup.id = cell.rollup_id
  WHERE cell.bucket >= $1 AND cell.bucket < $2 AND rollup.outcome = ANY ($3::smallint[]) AND cell.count > coalesce(cell.late, 0)
  GROUP BY rollup.service, rollup.source, cell.bucket
), ranked AS (
  SELECT service, row_number() OVER (PARTITION BY source ORDER BY sum(denominator) DESC, service) AS place
  FROM sums GROUP BY service, source
), watched AS (
  (SELECT service FROM ranked GROUP BY service ORDER BY min(place), service LIMIT $6)
  UNION
  SELECT service FROM alert WHERE state IN ('pending', 'firing', 'stale') AND archived_at IS NULL
)
SELECT service, array_agg(DISTINCT source) AS sources, array_agg(bucket) AS buckets, array_agg(failed) AS failed,
  array_agg(throttled) AS throttled, array_agg(denominator) AS denominator
FROM sums JOIN watched USING (service)
GROUP BY service ORDER BY service`

const SOURCES = `
SELECT name, watermark_ms::float8 AS "watermarkMs", last_arrival_ms::float8 AS "lastArrivalMs", usual_gap_ms AS "usualGapMs"
FROM source`

interface ServiceRow {
  readonly service: string
  readonly sources: readonly string[]
  readonly buckets: readonly number[]
  readonly failed: readonly number[]
  readonly throttled: readonly number[]
  readonly denominator: readonly number[]
}

/** Reads signals from the ten-second rollups; rejects when the database fails. */
export class PgSignalReader extends SignalReader {
  /** `mostServices`: how many are watched at one time, besides those with an open alert. */
  constructor(
    private readonly pool: Pool,
    private readonly mostServices = WATCHED,
  ) {
    super()
  }

  async read(now: number): Promise<Signal[]> {
    // Sources first: cells folded after this only add to slots that lie past the watermark.
    const sources = await this.sources()
    const fromMs = slotStart(oldestNeeded([...sources.values()], now) - HISTORY_MS)
    const toMs = slotStart(now)
    const { rows } = await this.pool.query<ServiceRow>(READ, [
      fromMs / 10_000,
      toMs / 10_000,
      DENOMINATOR,
      OUTCOME_INDEX.server_error,
      OUTCOME_INDEX.throttled,
      this.mostServices,
    ])
    const signals: Signal[] = []
    const turns = new Turns()
    for (const row of rows) {
      await turns.next()
      signals.push(...signalsOf(row, sources, fromMs, now))
    }
    return signals
  }

  private async sources(): Promise<Map<string, SourceTimes>> {
    const { rows } = await this.pool.query<SourceTimes & { name: string }>(SOURCES)
    return new Map(rows.map(({ name, ...times }) => [name, times]))
  }
}

/** The watermark of the slowest source that is waited for. */
const oldestNeeded = (sources: readonly SourceTimes[], now: number): number =>
  Math.min(
    now,
    ...sources
      .filter((source) => !isIdle(source, now) && now - source.watermarkMs <= LONGEST_WAIT_MS)
      .map((source) => source.watermarkMs),
  )

function signalsOf(row: ServiceRow, sources: ReadonlyMap<string, SourceTimes>, fromMs: number, now: number): Signal[] {
  const times = row.sources.flatMap((name) => sources.get(name) ?? [])
  if (times.length === 0) return []
  const { watermarkMs, silentSinceMs } = serviceTimes(times, now)
  const counts = sumBuckets(
    row.buckets.map((bucket, i): BucketCounts => {
      const [failed, throttled, denominator] = [row.failed[i] ?? 0, row.throttled[i] ?? 0, row.denominator[i] ?? 0]
      return { bucket, failed, throttled, denominator }
    }),
  )
  return TRACKS.map((track) => {
    const slots = contiguousSlots(
      counts.map((bucket) => slotOf(track, bucket)),
      fromMs,
      Math.max(fromMs, slotStart(watermarkMs)),
    )
    return { service: row.service, track, slots, watermarkMs, silentSinceMs }
  })
}
