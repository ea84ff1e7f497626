/** What is known of a source, in epoch milliseconds; `usualGapMs` null when not yet learned. */
export interface SourceTimes {
  readonly watermarkMs: number
  readonly lastArrivalMs: number
  readonly usualGapMs: number | null
}

/** How far a service can be trusted. */
export interface ServiceTimes {
  readonly watermarkMs: number
  readonly silentSinceMs: number | null
}

const SHORTEST_IDLE_MS = 60_000

/** A source that lags more than this is too late for alerts and holds no other source back. */
export const LONGEST_WAIT_MS = 15 * 60_000

/** Idle: nothing came for a minute, or for three times the usual gap. */
export const isIdle = (source: SourceTimes, now: number): boolean =>
  now - source.lastArrivalMs > Math.max(SHORTEST_IDLE_MS, 3 * (source.usualGapMs ?? 0))

/** The times of a service: the slowest source that still speaks decides; when all are silent, since when. */
export function serviceTimes(sources: readonly SourceTimes[], now: number): ServiceTimes {
  const live = sources.filter((source) => !isIdle(source, now))
  const holding = live.filter((source) => now - source.watermarkMs <= LONGEST_WAIT_MS)
  const newest = Math.max(0, ...sources.map((source) => source.watermarkMs))
  const watermarkMs = holding.length > 0 ? Math.min(...holding.map((source) => source.watermarkMs)) : newest
  const lastArrivalMs = Math.max(0, ...sources.map((source) => source.lastArrivalMs))
  return { watermarkMs: Math.min(watermarkMs, now), silentSinceMs: live.length > 0 ? null : lastArrivalMs }
}
