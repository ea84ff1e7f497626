import { aliasOf, type Field } from '../exact/alias.js'
import { sampleDate, type Moment, type SampleDate } from './haproxy-date.js'
import type { LogItem } from './haproxy-syntax.js'
import { tellingsOf, type Problem, type RankedTelling, type Reach, type Variable } from './variable.js'

/** Every variable of HAProxy 1.8 to 3.2 by what its values hold (chapter 8.2.6 of the manual); `=` marks those that flag Q quotes. */
const WORDS: readonly (readonly [Reach, string])[] = [
  ['word', 'B ST Ta Tc Td Th Ti Tq TR Tr Ts Tt Tu Tw U ac bc bp bq cp fc fp lc ms pid rc rt sc sp sq ts tsc t tr'],
  ['word', '=bi =ci =fi =si =b =f =ft =s =H =HM =HP =HPO =HQ =HU =HV =sslc =sslv'],
  ['rare', '=CC =CS =ID =hr =hs =hrl =hsl'],
  ['spaces', '=r T Tl trg trl'],
]

interface Known {
  readonly reach: Reach
  readonly isQuotable: boolean
}

const KNOWN: ReadonlyMap<string, Known> = new Map(
  WORDS.flatMap(([reach, words]) =>
    words.split(' ').map((word) => [`%${word.replace('=', '')}`, { reach, isQuotable: word.startsWith('=') }] as const),
  ),
)

/** Times and durations are put together at the end, since a duration belongs to one of two starts. */
const TELLS = tellingsOf({
  ts: '%tr %[request_date] %trg %trl %Ts.%ms %t %[accept_date] %[date] %T %Tl %Ts',
  status: '%ST %[status] %[txn.status]',
  request: '%r',
  method: '%HM %[method]',
  path: '%HU %HPO %HP %[url] %[pathq] %[path] %[capture.req.uri]',
  protocol: '%HV %[capture.req.ver] %[req.ver]',
  bytes: '%B %[bytes_out]',
  upstreamDuration: 'ms:%Tr',
  gateway: '%ft %f %[fe_name]',
  service: '%b %[be_name]',
  host: '%[ssl_fc_sni]',
  requestId: '%ID %[unique-id]',
})

/** `23/Nov/2026:05:13:53 +0000`, the only values that always hold a space. */
const ZONED = /\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d [+-]\d{4}/y

/** The value that an item writes; a problem for a name that HAProxy does not know. */
export function variableOf(item: LogItem): Variable | Problem {
  const { name, expression, flags } = item
  if (expression !== undefined) return sampleOf(name, expression, flags)
  const known = KNOWN.get(name)
  if (known === undefined)
    return {
      problem: `${name} is no variable of log-format; allowed: ${[...KNOWN.keys()].join(' ')} and %[expression]`,
    }
  const decode = decoderOf(name, flags)
  const tells = (TELLS.get(name) ?? []).map((telling) => ({ ...telling, decode }))
  const isZoned = known.reach === 'spaces' && name !== '%r'
  const never = NEVER.get(name)
  return {
    name,
    reach: known.reach,
    tells,
    ...(isZoned && { form: ZONED }),
    ...(never !== undefined && { never }),
    ...(flags.has('E') && { isEscaped: true }),
    ...(name === '%ID' && { isInternal: true }),
  }
}

/** What HAProxy escapes in the values that a client chooses, and what its parser does not let into them. */
const NEVER: ReadonlyMap<string, string> = new Map([
  ['%r', '"\t'],
  ...['%hr', '%hs'].map((name) => [name, '"{|}\t'] as const),
  ...['%HM', '%HP', '%HPO', '%HQ', '%HU'].map((name) => [name, ' "\t'] as const),
])

/** Seconds and milliseconds of one time, written `%Ts.%ms`. */
export const ACCEPT_TIME: Variable = { name: '%Ts.%ms', reach: 'word', tells: TELLS.get('%Ts.%ms') ?? [] }

/** Which moment the time of a variable names; null for what is no time. */
export function momentOf({ tells }: Variable): Moment | null {
  const key = tells.find(({ field }) => field === 'ts')?.key
  if (key === undefined) return null
  if (key === '%[date]') return 'end'
  return REQUEST_DATES.has(key) ? 'request' : 'accept'
}

const REQUEST_DATES: ReadonlySet<string> = new Set(['%tr', '%trg', '%trl', '%[request_date]'])

/** Whether flag Q puts quotes around the values of an item. */
export function isQuoted({ name, expression, flags }: LogItem): boolean {
  return flags.has('Q') && (expression !== undefined || KNOWN.get(name)?.isQuotable === true)
}

function decoderOf(name: string, flags: ReadonlySet<string>): (raw: string) => unknown {
  if (name === '%Ts' && flags.has('X'))
    return (raw) => (/^[\dA-Fa-f]{1,16}$/.test(raw) ? Number.parseInt(raw, 16) : raw)
  // A frontend's name has `~` behind it where the connection is TLS, which is no other gateway.
  if (name === '%ft') return (raw) => raw.replace(/~$/, '')
  return (raw) => plain(raw, flags)
}

/** `#22` is a byte in hexadecimal; with flag E a backslash escapes quotes, brackets and itself. */
export function plain(raw: string, flags: ReadonlySet<string> = NO_FLAGS): string {
  const text = flags.has('E') ? raw.replaceAll(/\\(["\\\]])/g, '$1') : raw
  if (!text.includes('#')) return text
  const bytes = encoder.encode(text)
  let size = 0
  for (let i = 0; i < bytes.length; i++) {
    const pair = bytes[i] === 0x23 ? String.fromCharCode(bytes[i + 1] ?? 0, bytes[i + 2] ?? 0) : ''
    const isEscape = /^[\dA-Fa-f]{2}$/.test(pair)
    bytes[size++] = isEscape ? Number.parseInt(pair, 16) : (bytes[i] as number)
    if (isEscape) i += 2
  }
  return decoder.decode(bytes.subarray(0, size))
}

const NO_FLAGS: ReadonlySet<string> = new Set()
const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

/** Converters that leave a value what it is. */
const HARMLESS = /^(?:,(?:lower|upper|url_dec|json(?:\([^()]*\))?|ltrim\([^()]*\)|rtrim\([^()]*\)))*$/
const FETCH = /^([a-z_.-]{1,40}(?:\d{1,2})?)(?:\(([^()]{0,120})\))?/

/** The value of a sample expression: what it tells is only known of those that fetch something by its name. */
function sampleOf(name: string, expression: string, flags: ReadonlySet<string>): Variable {
  const date = sampleDate(expression.trim())
  if (date === 'unreadable') return { name, reach: 'spaces', tells: [] }
  if (date !== null) return dateOf(name, date)
  const fetch = FETCH.exec(expression.trim())
  const [head = '', word = '', argument = ''] = fetch ?? []
  const isPlain = fetch !== null && HARMLESS.test(expression.trim().slice(head.length))
  const tells = isPlain ? tellsOfSample(word, argument) : []
  const reach = word.includes('hdr') || word.startsWith('var') || word.startsWith('req.cook') ? 'spaces' : 'rare'
  return {
    name,
    reach,
    tells: tells.map((telling) => ({ ...telling, decode: (raw) => plain(raw, flags) })),
    ...(!CLIENTS.test(word) && { isInternal: true }),
    ...((flags.has('E') || /,json(?:\(|$)/.test(expression)) && { isEscaped: true }),
    ...(UNSPACED.test(expression.trim()) && { never: ' ' }),
  }
}

/** Samples of what a client or a server sent; also those that nobody knows. */
const CLIENTS =
  /^$|hdr|var|cook|capture|url|path|query|base|method|sni|ssl_[cs]_|body|payload|param|user|group|map|concat|ver$/
/** Parts of a request line, as they are. */
const UNSPACED = /^(?:url|path|pathq|query|method|capture\.req\.(?:uri|method))$/

/** A date that is written as the operator likes. */
function dateOf(name: string, { moment, reach, form, decode }: SampleDate): Variable {
  const tells = (TELLS.get(`%[${FETCH_OF[moment]}]`) ?? []).map((telling) => ({ ...telling, decode }))
  return { name, reach, tells, ...(form !== undefined && { form }) }
}

const FETCH_OF: Readonly<Record<Moment, string>> = { accept: 'accept_date', request: 'request_date', end: 'date' }

function tellsOfSample(word: string, argument: string): readonly RankedTelling[] {
  if (/^(?:req\.|res\.|s?)f?hdr$/.test(word)) return tellsOfHeader(word, (argument.split(',')[0] ?? '').trim())
  if (word === 'var')
    return tellsOfName(argument.split(',')[0]?.replace(/^(?:proc|sess|txn|req|res|check)\./, '') ?? '')
  return TELLS.get(`%[${word}]`) ?? []
}

const HEADERS: Readonly<Record<string, Field>> = {
  host: 'host',
  'x-request-id': 'requestId',
  'x-correlation-id': 'requestId',
  'request-id': 'requestId',
  traceparent: 'traceId',
  'x-b3-traceid': 'traceId',
}

function tellsOfHeader(word: string, header: string): readonly RankedTelling[] {
  const name = header.toLowerCase()
  if (word.startsWith('res.') || word.startsWith('s')) return name === 'grpc-status' ? [ofField('grpcStatus')] : []
  const field = Object.hasOwn(HEADERS, name) ? HEADERS[name] : undefined
  return field === undefined ? [] : [ofField(field)]
}

/** Fields that a variable of the operator's own may tell by its name; times and durations have no unit there. */
const OWN: ReadonlySet<Field> = new Set<Field>([
  'host',
  'method',
  'path',
  'service',
  'route',
  'consumer',
  'requestId',
  'traceId',
])

function tellsOfName(name: string): readonly RankedTelling[] {
  const alias = aliasOf(name.toLowerCase())
  return alias !== undefined && OWN.has(alias.field) ? [ofField(alias.field)] : []
}

/** What the operator names so is better than what HAProxy knows by itself. */
function ofField(field: Field): RankedTelling {
  return { key: field, unit: 'bare', isStart: false, field, rank: -1 }
}
