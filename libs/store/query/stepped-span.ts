import { holds, type Coverage } from './coverage.js'
import { durationFromText } from './duration-text.js'
import { edgesOf } from './edges.js'
import type { QueryLimits } from './limits.js'
import { QueryError } from './query-error.js'
import { isPast, type Span } from './span.js'
import { BUCKET_MS, TIERS, type Tier } from './tier.js'

/** A span cut into points: point i lasts from edge i to edge i + 1, epoch milliseconds. */
export interface SteppedSpan {
  readonly span: Span & { readonly stepMs: number }
  readonly edges: readonly number[]
}

const USUAL_STEPS = [
  '10s',
  '30s',
  '1m',
  '2m',
  '5m',
  '10m',
  '15m',
  '30m',
  '1h',
  '2h',
  '3h',
  '6h',
  '12h',
  '1d',
  '7d',
  '28d',
]
const USUAL_POINTS = 120

/**
 * Cuts a range into steps, snapped outward to whole ones, and chooses the coarsest tier whose buckets fit every step. Where that tier is no
 * longer held at the beginning, the step grows to that of a tier which is.
 */
export function steppedSpan(
  { fromMs, toMs }: { fromMs: number; toMs: number },
  step: string | null,
  timeZone: string | null,
  coverage: Coverage,
  limits: QueryLimits,
): SteppedSpan {
  const askedStepMs = step === null ? usualStepMs(toMs - fromMs) : checkedStepMs(step)
  for (const floor of TIERS) {
    const stepMs = Math.ceil(askedStepMs / (floor.width * BUCKET_MS)) * floor.width * BUCKET_MS
    if ((toMs - fromMs) / stepMs > limits.maxPoints)
      throw new QueryError('query_too_complex', `step: at most ${limits.maxPoints} points; choose a longer step`)
    const edges = edgesOf(fromMs, toMs, stepMs, timeZone)
    const tier = coarsestFor(edges)
    const held = holds(tier.name, fromMs, coverage, limits.heldMs)
    if (held || floor === TIERS[TIERS.length - 1]) return spanOf(edges, stepMs, tier, held, coverage)
  }
  throw new Error('there is always a last tier')
}

function spanOf(edges: number[], stepMs: number, tier: Tier, held: boolean, coverage: Coverage): SteppedSpan {
  const fromMs = edges[0] ?? 0
  const toMs = edges[edges.length - 1] ?? fromMs
  const complete = held && isPast(toMs, coverage)
  return { span: { fromMs, toMs, stepMs, tier: tier.name, asOfMs: coverage.nowMs, complete }, edges }
}

function coarsestFor(edges: readonly number[]): Tier {
  const fits = ({ width }: Tier) => edges.every((edge) => edge % (width * BUCKET_MS) === 0)
  return TIERS.findLast(fits) ?? TIERS[0]
}

function usualStepMs(lengthMs: number): number {
  const steps = USUAL_STEPS.map((text) => durationFromText(text) ?? 0)
  return steps.find((stepMs) => lengthMs / stepMs <= USUAL_POINTS) ?? steps[steps.length - 1] ?? BUCKET_MS
}

function checkedStepMs(step: string): number {
  const stepMs = durationFromText(step)
  if (stepMs === null || stepMs % BUCKET_MS !== 0 || stepMs > 366 * 86_400_000)
    throw new QueryError('bad_user_input', 'step: a multiple of 10s up to 366d, such as 30s, 5m, 1h or 1d')
  return stepMs
}
