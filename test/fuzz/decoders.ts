import {
  BodyScanner,
  ownFormats,
  RecordParser,
  REJECT_REASONS,
  type Directive,
  type EventSink,
  type Format,
  type HttpEvent,
} from '#event'

/** Formats of the operator's own, one at least of each kind of directive, so that compiled patterns are tried too. */
export const DIRECTIVES: ReadonlyMap<string, Directive> = new Map<string, Directive>([
  [
    'own_nginx',
    { nginx: '$remote_addr - $remote_user [$time_local] "$request" $status "$upstream_status" $http_user_agent $msec' },
  ],
  [
    'own_nginx_json',
    { nginx: '{"t":"$msec","r":"$request","s":$status,"us":"$upstream_status","u":"$scheme://$host$request_uri"}' },
  ],
  ['own_apache', { apache: '%v:%p %h %l %u %t "%r" %>s %O %{%F %T}t.%{msec_frac}t %D %X "%{User-Agent}i"' }],
  ['own_apache_json', { apache: 'LogFormat "{ \\"t\\":\\"%t\\", \\"s\\":%>s, \\"r\\":\\"%r\\", \\"b\\":%b }" json' }],
  [
    'own_envoy',
    {
      envoy:
        '[%START_TIME(%s.%3f)%] "%REQ(:METHOD)% %REQ(:PATH)% %PROTOCOL%" %RESPONSE_CODE% %RESPONSE_FLAGS% %DURATION% "%REQ(USER-AGENT)%"',
    },
  ],
  ['own_haproxy', { haproxy: '%ci:%cp [%tr] %ft %b/%s %TR/%Tw/%Tc/%Tr/%Ta %ST %B %tsc %hr %{+Q}r' }],
  ['own_w3c', { w3c: '#Fields: date time cs-method cs-uri-stem sc-status time-taken cs(User-Agent)' }],
])

/** Every format there is, by name. */
export const FORMATS: readonly Format[] = formatsWithOwn()

function formatsWithOwn(): readonly Format[] {
  const { formats, problems } = ownFormats(DIRECTIVES)
  if (problems.length > 0) throw new Error(problems.join('\n'))
  return formats.names.flatMap((name) => formats.get(name) ?? [])
}

const REASONS: ReadonlySet<string> = new Set(REJECT_REASONS)
const READING = { timeZone: 'Europe/Berlin', maxDepth: 32 }
const GOOD = new TextEncoder().encode('{"status":200}\n')

/** All that reads records of one format. */
export class Decoder {
  readonly #parser: RecordParser
  readonly #scanner: BodyScanner
  readonly #text = new TextDecoder()
  #told = 0

  constructor(readonly format: Format) {
    this.#parser = new RecordParser(format, READING)
    const sink: EventSink = { event: () => this.#told++, reject: () => this.#told++ }
    this.#scanner = new BodyScanner({ format, timeZone: READING.timeZone }, sink)
  }

  /** Reads bytes as a record on the exact path, both as JSON and as a line. Throws where the outcome makes no sense. */
  parse(bytes: Uint8Array): void {
    const text = this.#text.decode(bytes)
    this.#parser.begin()
    check(this.#parser.json(text))
    for (const line of text.split('\n', 4)) check(this.#parser.line(line))
  }

  /** Reads bytes as a body in two pieces, and then a good one. Throws where a record is not told, or the good one is lost. */
  scan(bytes: Uint8Array, cut: number): void {
    this.#scanner.reset()
    this.#told = 0
    this.#scanner.push(bytes.subarray(0, cut))
    this.#scanner.push(bytes.subarray(cut))
    const { records } = this.#scanner.end()
    if (records !== this.#told) throw new Error(`${records} records, of which the sink was told ${this.#told}`)
    this.#scanner.reset()
    this.#told = 0
    this.#scanner.push(GOOD)
    this.#scanner.end()
    if (this.#told !== 1) throw new Error(`the record behind it was told ${this.#told} times`)
  }
}

function check(read: HttpEvent | { readonly reject: string } | 'header'): void {
  if (read === 'header') return
  if ('reject' in read) {
    if (!REASONS.has(read.reject)) throw new Error(`rejected for ${read.reject}`)
    return
  }
  const wrong = Object.entries(LIMITS).find(([field, isRight]) => {
    const value = read[field as keyof HttpEvent]
    return value !== undefined && value !== null && !(typeof value === 'number' && isRight(value))
  })
  if (wrong !== undefined) throw new Error(`${wrong[0]} is ${String(read[wrong[0] as keyof HttpEvent])}`)
  if (read.status === undefined || read.tsMs === undefined) throw new Error('no event')
}

const isWhole = (value: number) => Number.isSafeInteger(value) && value >= 0
const LIMITS: Partial<Readonly<Record<keyof HttpEvent, (value: number) => boolean>>> = {
  status: (value) => Number.isInteger(value) && value >= 100 && value <= 999,
  tsMs: isWhole,
  durationMs: (value) => value >= 0 && value <= 1e11,
  upstreamMs: (value) => value >= 0 && value <= 1e11,
  bytes: isWhole,
  upstreamBytes: isWhole,
  weight: (value) => value >= 1 && value <= 1e6,
}
