import { rateOf, type Counts as DomainCounts, type MeasuredCounts } from '#store'
import type { Counts } from '../models/counts.js'

/** Counts with their rates. */
export function countsModel(counts: MeasuredCounts): Counts {
  return { ...plainCounts(counts), durationMs: counts.latency, durationUnavailable: counts.latencyUnavailable }
}

/** Counts of which no durations are kept, for a reason. */
export function plainCounts(counts: DomainCounts, durationUnavailable: string | null = null): Counts {
  const { count, errors, throttled, denominator, bytes, retries, estimated } = counts
  return {
    count,
    errors,
    errorRate: rateOf(errors, denominator),
    throttled,
    throttleRate: rateOf(throttled, denominator),
    denominator,
    bytes,
    retries,
    estimated,
    durationMs: null,
    durationUnavailable,
  }
}
