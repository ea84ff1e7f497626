import { inUtc, timeForm, type TimeForm } from './strftime.js'

/** Digits of a second that Envoy writes; without a number nine. */
const FRACTIONS: Readonly<Record<string, string>> = {
  '3': 'msec_frac',
  '6': 'usec_frac',
  '9': 'nsec_frac',
  '': 'nsec_frac',
}
const FRACTION = /%(?:(\d?)f|E(\d)S)/g

/**
 * The form of `%START_TIME(…)%`: strftime with `%s` and `%3f`, `%6f`, `%9f` or `%f`. A time without a zone is UTC, but for
 * those that are named local. `unknown` is a conversion that cannot be read.
 */
export function envoyTimeForm(format: string, isLocal: boolean): TimeForm | { readonly unknown: string } {
  const parts: (string | { readonly literal: string })[] = []
  let end = 0
  for (const match of format.matchAll(FRACTION)) {
    const [text, digits, ofSecond] = match
    const word = FRACTIONS[digits ?? ofSecond ?? '']
    if (word === undefined) return { unknown: text }
    parts.push(format.slice(end, match.index))
    if (ofSecond !== undefined) parts.push('%S', { literal: '.' })
    parts.push(word)
    end = match.index + text.length
  }
  parts.push(format.slice(end))
  const form = timeForm(parts)
  return 'unknown' in form || isLocal ? form : inUtc(form)
}
