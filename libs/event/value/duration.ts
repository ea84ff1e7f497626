import { decimalOf } from './decimal.js'

/** Units that a duration key may stand for; a key without one is `bare` and its meaning belongs to the format. */
export type DurationUnit = 's' | 'ms' | 'us' | 'ns'

/** Three years; longer ones are a broken clock, not a request. */
const MAX_DURATION_MS = 1e11
const SUFFIXED = /^(\d+\.?\d*|\.\d+)\s?(ns|us|µs|μs|ms|s)$/

/** As Go writes a minute and more: `1m2.5s`, `1h0m1s`. */
const GO_MINUTES = /^(?:(\d{1,7})h)?(\d{1,9})m(\d{1,9}(?:\.\d{1,9})?)s$/

/**
 * A duration in milliseconds, rounded to whole microseconds; undefined when negative, absurd or no number. The rounding
 * makes sums independent of their order: every duration is a whole number of microseconds.
 */
export function durationMs(value: number, unit: DurationUnit): number | undefined {
  const ms = Math.round(value * MICROSECONDS[unit]) / 1e3
  return ms >= 0 && ms <= MAX_DURATION_MS ? ms + 0 : undefined
}

const MICROSECONDS: Readonly<Record<DurationUnit, number>> = { s: 1e6, ms: 1e3, us: 1, ns: 1e-3 }

/** The same from text; a unit written behind the number (`12ms`, `0.5s`, `1m2.5s`) beats the unit of the key. */
export function durationOfText(trimmed: string, unit: DurationUnit): number | undefined {
  const plain = decimalOf(trimmed)
  if (plain !== null) return durationMs(plain, unit)
  if (trimmed.length > 32) return undefined
  const suffixed = SUFFIXED.exec(trimmed)
  if (suffixed === null) return minutesOf(trimmed)
  const suffix = suffixed[2] === 'µs' || suffixed[2] === 'μs' ? 'us' : (suffixed[2] as DurationUnit)
  return durationMs(Number(suffixed[1]), suffix)
}

function minutesOf(trimmed: string): number | undefined {
  const parts = GO_MINUTES.exec(trimmed)
  if (parts === null) return undefined
  const [, hours = '0', minutes, seconds] = parts
  return durationMs(Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds), 's')
}
