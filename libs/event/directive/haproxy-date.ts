import { inUtc, timeForm, type TimeForm } from './strftime.js'
import type { Reach } from './variable.js'

/** Which moment a time of HAProxy's names: the connection, the first byte of the request, or the writing of the line. */
export type Moment = 'accept' | 'request' | 'end'

/** A time that a sample expression writes. */
export interface SampleDate {
  readonly moment: Moment
  readonly reach: Reach
  /** Absent: an epoch number. */
  readonly form?: RegExp
  decode(raw: string): string | undefined
}

const MOMENTS: Readonly<Record<string, Moment>> = { date: 'end', request_date: 'request', accept_date: 'accept' }
const FETCH = /^(date|request_date|accept_date)(?:\(([^()]*)\))?(?=,|$)/
/** A converter, its format in quotes or bare, and an offset behind it. */
const CONVERTER =
  /^,(ltime|utime|[mu]s_ltime|[mu]s_utime|http_date)(?:\((?:"([^"]*)"|'([^']*)'|([^(),"']*))(,[^()]*)?\))?$/
const NO_OFFSET = /^(?:,0)?$/
const HTTP_DATE = '%a, %d %b %Y %H:%M:%S %Z'
/** What `%N` of `ms_ltime` and its like is. */
const FRACTIONS: Readonly<Record<string, string>> = { ms: 'msec_frac', us: 'usec_frac' }

/** The time in a sample expression; null where it fetches none, `unreadable` where nobody could tell the moment it names. */
export function sampleDate(expression: string): SampleDate | 'unreadable' | null {
  const fetch = FETCH.exec(expression)
  if (fetch === null) return null
  const [head, word = '', argument = ''] = fetch
  const moment = MOMENTS[word] as Moment
  const unit = unitOf(word, argument)
  if (unit === null) return 'unreadable'
  const converters = expression.slice(head.length)
  if (converters === '') return { moment, reach: 'word', decode: (raw) => raw }
  const form = convertedForm(converters, unit)
  return form === null ? 'unreadable' : { moment, reach: 'spaces', ...form }
}

/** `date(offset,unit)`, the others `(unit)`; null for a time that is moved by an offset. */
function unitOf(word: string, argument: string): string | null {
  const [offset = '', unit = 's'] = word === 'date' ? argument.split(',') : ['', argument || 's']
  return offset.trim() === '' || offset.trim() === '0' ? unit.trim() : null
}

function convertedForm(converters: string, unit: string): TimeForm | null {
  const [, word = '', quoted, single, bare, offset = ''] = CONVERTER.exec(converters) ?? []
  const format = quoted ?? single ?? bare ?? ''
  if (word === 'http_date')
    return unit === 's' && (format === '' || format === '0') ? formOf(HTTP_DATE, unit, true) : null
  const takes = word.includes('_') ? word.slice(0, 2) : 's'
  if (word === '' || takes !== unit || !NO_OFFSET.test(offset)) return null
  return formOf(format, unit, word.endsWith('utime'))
}

/** Null where the format holds no whole date, or what nobody knows. */
function formOf(format: string, unit: string, isUtc: boolean): TimeForm | null {
  const fraction = FRACTIONS[unit]
  const parts =
    fraction === undefined ? [format] : format.split('%N').flatMap((part, at) => (at === 0 ? [part] : [fraction, part]))
  const form = timeForm(parts.filter((part) => part !== ''))
  if ('unknown' in form || !form.isWhole) return null
  return isUtc ? inUtc(form) : form
}
