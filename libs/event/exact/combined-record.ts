import { labelOf } from '../label.js'
import { bytesOf } from '../value/measure.js'
import { requestLineOf, type RequestLine } from '../value/request-line.js'
import { aliasOf, type Field } from './alias.js'
import { eventOf, type Parsed, type Positional, type Reading } from './told-event.js'
import { ToldValues } from './told-values.js'
import { unescapeField } from './unescape.js'

/** Fields that a trailing `key=value` may tell. All others are told by position, or not at all. */
const EXTRAS: ReadonlySet<Field> = new Set<Field>([
  'duration',
  'upstreamStatus',
  'upstreamDuration',
  'upstreamBytes',
  'host',
  'gateway',
  'service',
  'route',
  'consumer',
  'requestId',
  'traceId',
])

/** Whether a lower-cased key behind the line may tell something. */
export function isExtraKey(key: string): boolean {
  const alias = aliasOf(key)
  if (alias === undefined || !EXTRAS.has(alias.field)) return false
  // nginx would mean seconds and Apache microseconds: a duration counts only where its key names the unit.
  return alias.field !== 'duration' || alias.unit !== 'bare'
}

/**
 * Reads one line of nginx or Apache: common, combined, vhost_combined, with anything behind it. Without line end.
 * Rejects with unreadable, missing_status (the line is cut before it), bad_status, bad_time.
 */
export function parseCombinedRecord(text: string, reading: Reading): Parsed {
  const bracket = openingBracket(text)
  const head = bracket < 0 ? null : headOf(text.slice(0, bracket - 1))
  if (head === null) return { reject: 'unreadable' }
  const close = text.indexOf(']', bracket)
  const requestStart = text[close + 1] === '"' ? close + 1 : close + 2
  const requestEnd = quotedEnd(text, requestStart)
  if (requestEnd < 0) return { reject: 'unreadable' }
  if (requestEnd < text.length && text[requestEnd] !== ' ') return { reject: 'unreadable' }
  const told = new ToldValues()
  told.offer('ts', text.slice(bracket + 1, close))
  const statusEnd = wordEnd(text, requestEnd + 1)
  const status = text.slice(requestEnd + 1, statusEnd)
  if (status !== '') told.offer('status', status)
  const bytesEnd = wordEnd(text, statusEnd + 1)
  const request = requestLineOf(unescapeField(text.slice(requestStart + 1, requestEnd - 1)))
  if (requestStart === close + 1) offerOfApiGateway(told, request, text.slice(bytesEnd + 1))
  offerExtras(told, text, bytesEnd)
  const bytes = text.slice(statusEnd + 1, bytesEnd)
  return eventOf(told, reading, {
    ...head,
    request,
    bytes: bytes === '-' ? 0 : bytesOf(bytes),
  })
}

/** API Gateway's template has no space before the quote. */
const REQUEST = /^\] ?"/
const OPENING = / \[(?=\d\d\/|\d{4}-)/g
/** No time is longer; the bound keeps hostile lines from being searched again and again. */
const MAX_TIME_CHARS = 48

/**
 * The bracket before the time, or -1: one that follows a space, begins like a time and closes right before the quote of the
 * request, with a space between them or none. A user name may hold brackets too, but its quotes are escaped.
 */
function openingBracket(text: string): number {
  for (const { index } of text.matchAll(OPENING)) {
    const close = text.slice(index, index + MAX_TIME_CHARS).indexOf(']')
    if (close > 0 && REQUEST.test(text.slice(index + close, index + close + 3))) return index + 1
  }
  return -1
}

const VHOST = /^([^:\s]+|\[[^\]\s]+\]):\d{1,5}$/

/** What stands before the time: `addr ident user`, behind `host:port` in vhost_combined; null when it is neither. */
function headOf(head: string): Positional | null {
  const words = head.split(' ')
  const behind = withoutAddresses(words.slice(1))
  const vhost = behind.length >= 3 && behind[1] === '-' ? VHOST.exec(words[0] ?? '') : null
  const [address = '', ident, ...user] = vhost === null ? withoutAddresses(words) : behind
  if (address === '' || ident === undefined || user.length === 0) return null
  // With words where none belong nobody knows which of them are the user.
  const isClear = ident === '-' || user.length === 1
  const name = isClear ? unescapeField(user.join(' ')).trim() : ''
  return {
    host: vhost?.[1] === undefined ? undefined : labelOf(vhost[1]),
    // Old ingress-nginx writes `[real_ip] - user` here: an address is no consumer.
    consumer: name.startsWith('[') ? undefined : labelOf(name),
  }
}

/** What a client sent as X-Forwarded-For in place of one address: all but the last, with commas behind. */
function withoutAddresses(words: string[]): string[] {
  const last = words.findIndex((word) => !word.endsWith(','))
  return last < 0 || words.length - last < 3 ? words : words.slice(last)
}

/** Past the closing quote of the field that opens at `from`; -1 where it never closes. A backslash escapes one character. */
function quotedEnd(text: string, from: number): number {
  let i = from + 1
  while (i < text.length && text[i] !== '"') i += text[i] === '\\' ? 2 : 1
  return i < text.length ? i + 1 : -1
}

/** The next space from here, or the end. */
function wordEnd(text: string, from: number): number {
  const end = text.indexOf(' ', from)
  return end < 0 ? text.length : end
}

/** The line of AWS API Gateway's own template: its path is that of a resource, and only the request's id stands behind. */
function offerOfApiGateway(told: ToldValues, { path }: RequestLine, rest: string): void {
  if (!WORD.test(rest)) return
  told.offer('request_id', rest)
  if (path?.startsWith('/') === true) told.offer('route', path)
}

const WORD = /^[^\s"=]{1,200}$/

/** Referer, agent and other values without a name are left alone; `key=value` is offered. */
function offerExtras(told: ToldValues, text: string, from: number): void {
  let i = from
  while (i < text.length) {
    if (text[i] === ' ') i++
    else if (text[i] === '"') i = endOrAll(text, quotedEnd(text, i))
    else i = offerExtra(told, text, i)
  }
}

function offerExtra(told: ToldValues, text: string, from: number): number {
  const end = keyEnd(text, from)
  if (text[end] !== '=') return end
  const key = text.slice(from, end).toLowerCase()
  const isQuoted = text[end + 1] === '"'
  const valueEnd = isQuoted ? endOrAll(text, quotedEnd(text, end + 1)) : listEnd(text, end + 1)
  const value = text.slice(isQuoted ? end + 2 : end + 1, isQuoted ? valueEnd - 1 : valueEnd)
  if (isExtraKey(key)) told.offer(key, unescapeField(value))
  return valueEnd
}

function endOrAll(text: string, end: number): number {
  return end < 0 ? text.length : end
}

/** The next space, equals sign or quote from here, or the end. */
function keyEnd(text: string, from: number): number {
  let i = from
  while (i < text.length && text[i] !== ' ' && text[i] !== '=' && text[i] !== '"') i++
  return i
}

/** Past a bare value; a comma at its end, or a colon standing alone, joins the next word: `502, 200`, `502 : 200`. */
function listEnd(text: string, from: number): number {
  let end = wordEnd(text, from)
  for (;;) {
    if (text[end - 1] === ',' && end > from && text[end + 1] !== undefined) end = wordEnd(text, end + 1)
    else if (text.startsWith(' : ', end) && text[end + 3] !== undefined) end = wordEnd(text, end + 3)
    else return end
  }
}
