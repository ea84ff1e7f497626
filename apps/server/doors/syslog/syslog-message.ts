/** What the head of a syslog message tells. */
export interface SyslogMessage {
  /** Where the text begins, in bytes. */
  readonly from: number
  /** Epoch ms, where the head tells a time with its zone; without a zone it would be a guess. */
  readonly tsMs?: number
  /** The machine that wrote it. */
  readonly host?: string
  /** The program that wrote it. */
  readonly tag?: string
}

const LESS = 0x3c
const GREATER = 0x3e
const SPACE = 0x20
const COOKIE = Buffer.from('@cee:')
const BOM = Buffer.from([0xef, 0xbb, 0xbf])
/** Longer words are no host, no tag and no time. */
const MAX_WORD = 255

/**
 * Reads the head of a message: RFC 5424, RFC 3164 with or without a host, or none at all (the text is then the whole message).
 * What looks odd is left to the text: a head is never a reason to lose a line.
 */
export function readSyslog(bytes: Buffer): SyslogMessage {
  const head = readHead(bytes)
  return { ...head, from: cookieEnd(bytes, head.from) }
}

function readHead(bytes: Buffer): SyslogMessage {
  const pri = priorityEnd(bytes)
  if (pri < 0) return { from: 0 }
  return bytes[pri] === 0x31 && bytes[pri + 1] === SPACE ? readModern(bytes, pri + 2) : readClassic(bytes, pri)
}

/** Past `@cee:` and the spaces around it, by which rsyslog and others say that the text is JSON; `from` where there is none. */
function cookieEnd(bytes: Buffer, from: number): number {
  const cookie = spacesEnd(bytes, from)
  const end = cookie + COOKIE.length
  return bytes.subarray(cookie, end).equals(COOKIE) ? spacesEnd(bytes, end) : from
}

function spacesEnd(bytes: Buffer, from: number): number {
  let i = from
  while (bytes[i] === SPACE) i++
  return i
}

/** Past `<134>`; -1 where there is none. */
function priorityEnd(bytes: Buffer): number {
  if (bytes[0] !== LESS) return -1
  let i = 1
  while (i < 4 && isDigit(bytes[i])) i++
  return i > 1 && bytes[i] === GREATER ? i + 1 : -1
}

/** RFC 5424 behind its version: time, host, program, process id, message id, structured data, text. */
function readModern(bytes: Buffer, from: number): SyslogMessage {
  const words: string[] = []
  let i = from
  while (words.length < 5) {
    const end = bytes.indexOf(SPACE, i)
    if (end < 0 || end - i > MAX_WORD) return { from: i }
    words.push(bytes.toString('latin1', i, end))
    i = end + 1
  }
  const [time = '', host = '', tag = ''] = words
  i = structuredEnd(bytes, i)
  if (bytes[i] === SPACE) i++
  if (bytes.subarray(i, i + 3).equals(BOM)) i += 3
  return { from: i, ...timed(time), ...named('host', host), ...named('tag', tag) }
}

/** Past `-` or `[id name="value"]…`, in which a backslash escapes a character. */
function structuredEnd(bytes: Buffer, from: number): number {
  if (bytes[from] !== 0x5b) return bytes[from] === 0x2d ? from + 1 : from
  let i = from
  let inValue = false
  for (; i < bytes.length; i++) {
    const byte = bytes[i]
    if (byte === 0x5c && inValue) i++
    else if (byte === 0x22) inValue = !inValue
    else if (byte === 0x5d && !inValue && bytes[i + 1] !== 0x5b) return i + 1
  }
  return i
}

const CLASSIC_TIME = /^[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d $/
const TAG = /^([^\s[\]:]{1,48})(?:\[[^\]\s]{0,64}\])?:$/
const HOST = /^[\w.:-]{1,255}$/

/** RFC 3164: an optional time, an optional host, an optional `tag[pid]:`, text. */
function readClassic(bytes: Buffer, from: number): SyslogMessage {
  const { to, tsMs } = classicTime(bytes, from)
  const time = tsMs === undefined ? {} : { tsMs }
  const first = wordAt(bytes, to)
  const own = TAG.exec(first.text)?.[1]
  if (own !== undefined) return { from: first.next, ...time, tag: own }
  const second = wordAt(bytes, first.next)
  const tag = TAG.exec(second.text)?.[1]
  if (tag !== undefined && HOST.test(first.text))
    return { from: second.next, ...time, ...named('host', first.text), tag }
  return { from: to, ...time }
}

function classicTime(bytes: Buffer, from: number): { readonly to: number; readonly tsMs?: number } {
  if (CLASSIC_TIME.test(bytes.toString('latin1', from, from + 16))) return { to: from + 16 }
  const word = wordAt(bytes, from)
  const told = timed(word.text)
  return told.tsMs === undefined ? { to: from } : { to: word.next, tsMs: told.tsMs }
}

/** The word at `from` and where the next begins. */
function wordAt(bytes: Buffer, from: number): { readonly text: string; readonly next: number } {
  const space = bytes.indexOf(SPACE, from)
  const end = space < 0 ? bytes.length : space
  const text = end - from > MAX_WORD ? '' : bytes.toString('latin1', from, end)
  return { text, next: spacesEnd(bytes, end) }
}

const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/

function timed(word: string): { readonly tsMs?: number } {
  const ms = ISO.test(word) ? Date.parse(word) : Number.NaN
  return Number.isNaN(ms) ? {} : { tsMs: ms }
}

function named<Name extends string>(name: Name, word: string): { readonly [K in Name]?: string } {
  return word === '-' || word === '' ? {} : ({ [name]: word } as { readonly [K in Name]?: string })
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39
}
