import { ownTellingsOf, tellingsOf, type Names, type RankedTelling, type Reach, type Variable } from './variable.js'

/**
 * What Apache's directives tell, best first: the letter, or `letter:name` for those with a name in braces (in lower case).
 * Times without `end:` are the start of the request.
 */
const NAMES: Names = {
  ts: 'start:t',
  status: '>s s',
  method: 'm',
  path: 'U',
  request: 'r',
  protocol: 'H',
  duration: 'us:D us:T/us ms:T/ms s:T s:T/s',
  upstreamStatus: 'n/proxy-status',
  bytes: 'b B O',
  host: 'v V i/host',
  service: 'e/balancer_name',
  consumer: 'u',
  requestId: 'i/x-request-id o/x-request-id e/unique_id n/x-request-id L i/x-correlation-id',
  traceId: 'i/traceparent n/traceparent i/x-b3-traceid i/x-amzn-trace-id',
  grpcStatus: '^to/grpc-status o/grpc-status',
}
const TELLINGS = tellingsOf(NAMES)

const FORMS: ReadonlyMap<string, RegExp> = new Map([
  ['s', /\d{3}/y],
  ['>s', /\d{3}/y],
  ['X', /[X+-]/y],
  ['H', /HTTP\/\d(?:\.\d)?/y],
])
const DECODERS: ReadonlyMap<string, (raw: string) => string> = new Map([
  // Unlike all other values, no bytes are written as -.
  ['b', (raw) => (raw === '-' ? '0' : raw)],
  ['e/balancer_name', (raw) => raw.replace(/^balancer:\/\//, '')],
])

/** A value of Apache's by its letter (`r`, `>s`, `^to`) and the text in its braces; all but times. */
export function apacheVariable(written: string, letter: string, argument: string | undefined): Variable {
  const key = argument === undefined ? letter : `${letter}/${argument.toLowerCase()}`
  const form = FORMS.get(key)
  return {
    name: written,
    reach: reachOf(letter, argument),
    tells: tellingsFor(key, letter, argument),
    ...(form === undefined ? {} : { form }),
    ...beginsWith(letter),
    ...(letter === 'e' || letter === 'n' ? { isInternal: true } : {}),
    // A method is any word that the client likes.
    ...(letter === 'm' ? { never: ' ' } : {}),
  }
}

function tellingsFor(key: string, letter: string, argument: string | undefined): readonly RankedTelling[] {
  const known = TELLINGS.get(key) ?? (letter === 'e' || letter === 'n' ? ownTellingsOf(argument ?? '') : [])
  const decode = DECODERS.get(key)
  return decode === undefined ? known : known.map((telling) => ({ ...telling, decode }))
}

function beginsWith(letter: string): Pick<Variable, 'begins'> {
  if (letter === 'U') return { begins: '/' }
  return letter === 'q' ? { begins: '?' } : {}
}

/** Headers without spaces, unless a client means mischief. */
const WORD_HEADERS: ReadonlySet<string> = new Set([
  'host',
  'x-request-id',
  'traceparent',
  'x-real-ip',
  'content-length',
])

function reachOf(letter: string, argument: string | undefined): Reach {
  if (letter === 'r') return 'spaces'
  if ('uUqfClV'.includes(letter)) return 'rare'
  const isHeader = letter === 'i' || letter === 'o' || letter === '^ti' || letter === '^to'
  if (isHeader || letter === 'x') return WORD_HEADERS.has(argument?.toLowerCase() ?? '') ? 'rare' : 'spaces'
  return letter === 'e' || letter === 'n' ? 'rare' : 'word'
}
