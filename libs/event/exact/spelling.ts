import type { DurationUnit } from '../value/duration.js'

/** A key with what it says about its value. */
export interface Spelling {
  readonly key: string
  /** Of durations; `bare` where the key names none. */
  readonly unit: DurationUnit | 'bare'
  /** Of times: the key names the start of the request. */
  readonly isStart: boolean
}

/** Reads `key`, `unit:key` (s, ms, us, ns, bare) or `start:key`. */
export function readSpelling(word: string): Spelling {
  const colon = word.indexOf(':')
  const mark = colon < 0 ? '' : word.slice(0, colon)
  const unit = mark === '' || mark === 'start' ? 'bare' : (mark as DurationUnit | 'bare')
  return { key: word.slice(colon + 1), unit, isStart: mark === 'start' }
}
