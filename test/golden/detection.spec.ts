import { BUILT_IN_FORMATS, RecordParser } from '#event'
import { readGoldenFile } from './golden-file.js'

const READING = { timeZone: 'UTC', maxDepth: 32 }
/** These are what remains: they have no mark of their own, and `auto` reads them where no layout knows a record. */
const GENERIC = ['json', 'nginx_json', 'combined']
const LAYOUT_NAMES = BUILT_IN_FORMATS.names.filter((name) => !['auto', 'common', ...GENERIC].includes(name))

/** Golden lines that `auto` does not take for their format, with the reason why that is right. */
const EXCEPTIONS: readonly { readonly format: string; readonly why: string; readonly reason: string }[] = [
  {
    format: 'ingress_nginx',
    why: 'cut behind the status: what is left of it counts',
    reason: 'what is left is a line of the combined family',
  },
  {
    format: 'ingress_nginx',
    why: 'an old release with a canary, cut before the id: its name is no address',
    reason: 'what is left is a line of the combined family',
  },
  {
    format: 'envoy',
    why: "not Envoy's own format: it never writes a count in quotes, so only the status is certain",
    reason: 'only a source that names the format makes it one of Envoy',
  },
  { format: 'otel', why: 'a duration in nanoseconds', reason: 'event.duration is a key of ECS' },
  { format: 'json', why: 'nesting and dots are the same', reason: 'the keys are the semantic conventions of otel' },
]

/** What `auto` makes of a line alone: the name of a format, and the event. */
function detected(line: string) {
  const parser = new RecordParser(BUILT_IN_FORMATS.auto, READING)
  const read = line.startsWith('{') ? parser.json(line) : parser.line(line)
  return { format: parser.recognition?.format ?? null, read: JSON.parse(JSON.stringify(read)) as unknown }
}

/** Entries of a golden file whose line gives an event. */
function eventsOf(format: string) {
  return readGoldenFile(`./${format}.golden`).filter(
    ({ expected }) => typeof expected === 'object' && expected !== null && !('reject' in expected),
  )
}

/** Those entries that are no exception; an exception that names none of them fails. */
function withoutExceptions(format: string) {
  const entries = eventsOf(format)
  const excepted = EXCEPTIONS.filter((exception) => exception.format === format).map(({ why }) => why)
  const stray = excepted.filter((why) => entries.every((entry) => entry.why !== why))
  if (stray.length > 0) throw new Error(`no golden line of ${format} is called ${stray.join(', ')}`)
  return entries.filter(({ why }) => !excepted.includes(why))
}

describe.each(LAYOUT_NAMES)('auto and the golden lines of %s', (format) => {
  it.each(withoutExceptions(format))('knows: $why', ({ line, expected }) => {
    expect(detected(line)).toEqual({ format, read: expected })
  })
})

describe.each(GENERIC)('auto and the golden lines of %s', (format) => {
  it.each(withoutExceptions(format))('takes for no product: $why', ({ line }) => {
    expect(LAYOUT_NAMES).not.toContain(detected(line).format)
  })
})

/** An entry of Google Cloud's log without a request. */
function entry(payload: object): string {
  return JSON.stringify({ insertId: '9', timestamp: '2026-11-22T23:20:29Z', resource: { type: 'k8s' }, ...payload })
}

describe('auto and what is no request', () => {
  it.each([
    ['text', { textPayload: 'Started' }],
    ['JSON', { jsonPayload: { message: 'Started' } }],
    ['an audit', { protoPayload: { status: {} } }],
  ])('knows an entry of Google Cloud: %s', (_says, payload) => {
    expect(detected(entry(payload))).toEqual({ format: 'gcp', read: { reject: 'not_a_request' } })
  })

  it.each([
    ['text', { textPayload: '192.0.2.1 - - "GET / HTTP/1.1" 200 5' }],
    ['JSON', { jsonPayload: { response_status: 200 } }],
  ])('leaves an entry to quarantine that may be a request: %s', (_says, payload) => {
    expect(detected(entry(payload)).read).toEqual({ reject: 'missing_status' })
  })
})
