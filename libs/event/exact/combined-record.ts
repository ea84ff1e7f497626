import { labelOf } from '../label.js'
import { bytesOf } from '../value/measure.js'
import { requestLineOf } from '../value/request-line.js'
import { aliasOf, type Field } from './alias.js'
import { eventOf, type Parsed, type Positional, type Reading } from './told-event.js'
import { ToldValues } from './told-values.js'
import { unescapeField } from './unescape.js'

/** What is assumed about a line of the combined family when its source says nothing. */
export const COMBINED_READING: Reading = { bareUnit: undefined, timeZone: 'UTC', maxDepth: 0 }

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
export function parseCombinedRecord(text: string, reading: Reading = COMBINED_READING): Parsed {
  const bracket = openingBracket(text)
  const close = bracket < 0 ? -1 : text.indexOf(']', bracket)
  const head = bracket < 0 ? null : headOf(text.slice(0, bracket - 1))
  if (head === null || close < 0 || !text.startsWith('] "', close)) return { reject: 'unreadable' }
  const requestEnd = quotedEnd(text, close + 2)
  if (requestEnd < 0) return { reject: 'unreadable' }
  if (requestEnd < text.length && text[requestEnd] !== ' ') return { reject: 'unreadable' }
  const told = new ToldValues()
  told.offer('ts', text.slice(bracket + 1, close))
  const statusEnd = wordEnd(text, requestEnd + 1)
  const status = text.slice(requestEnd + 1, statusEnd)
  if (status !== '') told.offer('status', status)
  const bytesEnd = wordEnd(text, statusEnd + 1)
  offerExtras(told, text, bytesEnd)
  const bytes = text.slice(statusEnd + 1, bytesEnd)
  return eventOf(told, reading, {
    ...head,
    request: requestLineOf(unescapeField(text.slice(close + 3, requestEnd - 1))),
    bytes: bytes === '-' ? 0 : bytesOf(bytes),
  })
}

/** The bracket before the time: the first `[` that follows a space and precedes a digit. */
function openingBracket(text: string): number {
  let at = text.indexOf(' [')
  while (at >= 0 && !isDigit(text[at + 2])) at = text.indexOf(' [', at + 1)
  return at < 0 ? -1 : at + 1
}

function isDigit(char: string | undefined): boolean {
  return char !== undefined && char >= '0' && char <= '9'
}

const VHOST = /^([^:\s]+|\[[^\]\s]+\]):\d{1,5}$/

/** What stands before the time: `addr ident user`, behind `host:port` in vhost_combined; null when it is neither. */
function headOf(head: string): Positional | null {
  const words = head.split(' ')
  const vhost = words.length >= 4 && words[2] === '-' ? VHOST.exec(words[0] ?? '') : null
  const [address = '', ident, ...user] = vhost === null ? words : words.slice(1)
  if (address === '' || ident === undefined || user.length === 0) return null
  const name = unescapeField(user.join(' ')).trim()
  return {
    host: vhost?.[1] === undefined ? undefined : labelOf(vhost[1]),
    // Old ingress-nginx writes `[real_ip] - user` here: an address is no consumer.
    consumer: name.startsWith('[') ? undefined : labelOf(name),
  }
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
