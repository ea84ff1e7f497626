import { RecordingSink } from '../testing/recording-sink.js'
import { BodyScanner } from './body-scanner.js'
import { BUILT_IN_FORMATS } from '../format.js'
import type { BodySummary } from './body-shape.js'
import type { ReadingOptions } from './record-reader.js'

const GOOD = '{"ts":1795389630171,"status":200}'
const LINE = '192.0.2.14 - - [22/Nov/2026:23:20:26 +0000] "GET /a HTTP/1.1" 404 157 "-" "curl/8"'

const named = (name: string) => BUILT_IN_FORMATS.get(name)!

function scan(body: string | Uint8Array, options: ReadingOptions = {}, chunkBytes = Infinity) {
  const sink = new RecordingSink()
  const scanner = new BodyScanner(options, sink)
  const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : body
  for (let i = 0; i < bytes.length; i += chunkBytes) scanner.push(bytes.slice(i, i + chunkBytes))
  const summary = scanner.end()
  return { summary, calls: sink.calls, told: sink.calls.map((call) => call['reject'] ?? call['status']) }
}

describe('the shape of a body', () => {
  const cases: [string, string, (string | number)[], Partial<BodySummary>][] = [
    ['nothing', '', [], { records: 0, kind: 'empty', format: null }],
    ['white space only', ' \r\n\n\t', [], { records: 0, kind: 'empty' }],
    ['one object', GOOD, [200], { kind: 'objects', format: 'json' }],
    ['one object over several lines', '{\n  "status": 500,\n  "path": "/a"\n}\n', [500], { kind: 'objects' }],
    ['NDJSON', `${GOOD}\n${GOOD}\n`, [200, 200], { records: 2 }],
    ['NDJSON with CRLF, blank lines and no last line end', `${GOOD}\r\n\r\n${GOOD}`, [200, 200], {}],
    ['a byte order mark', `\uFEFF${GOOD}`, [200], {}],
    ['concatenated objects', `${GOOD}${GOOD} ${GOOD}`, [200, 200, 200], { records: 3 }],
    ['objects with commas between', `${GOOD},\n${GOOD}`, [200, 200], {}],
    ['an array', `[${GOOD},${GOOD}]`, [200, 200], { kind: 'array' }],
    ['an array over several lines', `[\n ${GOOD},\n ${GOOD}\n]\n`, [200, 200], { kind: 'array' }],
    ['an empty array', '[]', [], { records: 0, kind: 'array' }],
    ['two arrays', `[${GOOD}]\n[${GOOD}]`, [200, 200], { kind: 'array' }],
    ['a wrapper', `{"events":[${GOOD},${GOOD}]}`, [200, 200], { kind: 'wrapper' }],
    ['a wrapper with members around', `{"v":1,"records": [${GOOD}],"n":{"a":[1]}}`, [200], { kind: 'wrapper' }],
    ['a wrapper over several lines', `{\n"logs": [\n${GOOD},\n${GOOD}\n]\n}\n`, [200, 200], { kind: 'wrapper' }],
    ['an empty wrapper', '{"entries":[]}', [], { records: 0 }],
    ['an event that has a list of its own', '{"status":201,"events":[{"a":1}]}', [201], { kind: 'objects' }],
    [
      'scalars in an array',
      '[1,"a",null,[2]]',
      ['not_an_object', 'not_an_object', 'not_an_object', 'not_an_object'],
      {},
    ],
    ['a broken element in an array', `[{"a"},${GOOD}]`, ['bad_json', 200], {}],
    ['text lines', `${LINE}\n${LINE}\r\n`, [404, 404], { kind: 'text', format: 'combined' }],
    [
      'text and JSON lines',
      `${LINE}\n${GOOD}\nhello\n${LINE}`,
      [404, 200, 'unreadable', 404],
      { kind: 'mixed', format: 'auto' },
    ],
    ['an object cut at the end', `${GOOD}\n{"a":`, [200, 'bad_json'], { records: 2 }],
    ['an array cut inside an element', `[${GOOD},{"a":`, [200, 'bad_json'], { records: 2 }],
    ['an array cut between elements', `[${GOOD}`, [200, 'bad_json'], { records: 2 }],
    ['a line cut inside a string', `{"status":200,"path":"/a\n${GOOD}\n`, ['bad_json', 200], {}],
    ['a line cut behind a value', `{"status":200\n${GOOD}\n${GOOD}`, ['bad_json', 200, 200], {}],
    ['a line cut behind a colon', `{"status":\n${GOOD}\n`, ['bad_json', 200], {}],
    ['a line cut behind a comma', `{"status":200,\n${GOOD}\n`, ['bad_json', 200], {}],
    ['a broken object over several lines', `{\n "status": 200,\n oops\n}\n${GOOD}`, ['bad_json', 200], {}],
    ['an empty object', '{}', ['missing_status'], {}],
    ['a scalar line', '17\n', ['not_an_object'], {}],
  ]
  it.each(cases)('%s', (_name, body, told, summary) => {
    for (const chunkBytes of [Infinity, 1, 2, 7, 64]) {
      const scanned = scan(body, {}, chunkBytes)
      expect({ chunkBytes, told: scanned.told }).toEqual({ chunkBytes, told })
      expect(scanned.summary).toMatchObject({ ...summary, records: told.length })
    }
  })
})

describe('single records', () => {
  it('are unwrapped where a collector wrapped them', () => {
    const line = JSON.stringify({ log: `${LINE}\n`, stream: 'stdout' })
    expect(scan(`${line}\n${JSON.stringify({ message: GOOD })}`).told).toEqual([404, 200])
    expect(scan(line, { format: named('json') }).told).toEqual(['missing_status'])
  })

  it('are numbered from 0, the rejected included', () => {
    expect(scan(`${GOOD}\nx\n${GOOD}\n`).calls.map(({ index }) => index)).toEqual([0, 1, 2])
  })

  it('are read as the format that was asked for', () => {
    expect(scan(`${GOOD}\n${LINE}\n`, { format: named('json') }).told).toEqual([200, 'unreadable'])
    expect(scan(`${GOOD}\n${LINE}\n`, { format: named('combined') }).told).toEqual(['unreadable', 404])
    expect(scan('{"status":200,"duration":2}', { format: named('nginx_json') }).calls[0]).toMatchObject({
      durationMs: 2000,
    })
    expect(scan('{"status":200,"duration":2}').calls[0]).toMatchObject({ durationMs: 2 })
  })

  it('without a zone are read in the zone of the source', () => {
    const options = { timeZone: 'Europe/Berlin' }
    const read = (ts: string) => scan(JSON.stringify({ ts, status: 200 }), options).calls[0]?.['tsMs']
    expect(read('2026-07-01T12:00:00')).toBe(Date.UTC(2026, 6, 1, 10))
    expect(read('2026-12-01T12:00:00')).toBe(Date.UTC(2026, 11, 1, 11))
    expect(read('2026-12-01T12:00:00Z')).toBe(Date.UTC(2026, 11, 1, 12))
  })
})

describe('limits', () => {
  const limited = { maxRecordBytes: 100 }
  const long = `{"status":200,"path":"/${'a'.repeat(200)}"}`

  it.each([
    ['a line', `${'x'.repeat(101)}\n${GOOD}\n`, ['too_long', 200]],
    ['an object', `${long}\n${GOOD}\n`, ['too_long', 200]],
    ['an element', `[${long},${GOOD}]`, ['too_long', 200]],
    ['a last line', `${GOOD}\n${'x'.repeat(101)}`, [200, 'too_long']],
    ['an object that never ends', `{"a":"${'x'.repeat(200)}`, ['too_long']],
    ['a line at the limit', `${'x'.repeat(100)}\n`, ['unreadable']],
    ['a line at the limit with CRLF', `${'x'.repeat(100)}\r\n${GOOD}\r\n`, ['unreadable', 200]],
    ['a line past it with CRLF', `${'x'.repeat(101)}\r\n${GOOD}\r\n`, ['too_long', 200]],
    ['a line at the limit that ends the body', `${GOOD}\n${'x'.repeat(100)}\r`, [200, 'unreadable']],
    ['an object one byte past it', `{"status":200,"path":"/${'a'.repeat(76)}"}\n${GOOD}`, ['too_long', 200]],
    ['an object at the limit', `{"status":201,"path":"/${'a'.repeat(75)}"}\r\n${GOOD}`, [201, 200]],
  ])('%s is rejected past the limit, and what follows is read', (_name, body, told) => {
    for (const chunkBytes of [Infinity, 1, 64]) expect(scan(body, limited, chunkBytes).told).toEqual(told)
  })

  it.each([
    ['text', 'x'],
    ['an open string', '{"a":"'],
    ['open brackets', '{"a":['],
  ])('keep memory flat through 100 MB of %s', (_name, begin) => {
    const sink = new RecordingSink()
    const scanner = new BodyScanner({}, sink)
    const chunk = new TextEncoder().encode(begin.endsWith('[') ? '['.repeat(65_536) : 'x'.repeat(65_536))
    scanner.push(new TextEncoder().encode(begin))
    const before = process.memoryUsage().arrayBuffers
    let highest = before
    for (let pushed = 0; pushed < 100e6; pushed += chunk.length) {
      scanner.push(chunk)
      highest = Math.max(highest, process.memoryUsage().arrayBuffers)
    }
    scanner.push(new TextEncoder().encode(`\n${GOOD}\n`))
    scanner.end()
    expect(highest - before).toBeLessThan(16e6)
    expect(sink.calls.map((call) => call['reject'] ?? call['status'])).toEqual(['too_long', 200])
    expect(String(sink.calls[0]?.['record']).length).toBe(16 * 1024)
  })

  it('reject what is nested too deep', () => {
    expect(scan(`{"status":200,"a":${'['.repeat(40)}${']'.repeat(40)}}`).told).toEqual(['too_deep'])
    expect(scan(`{"status":200,"a":{"b":{}}}`, { maxDepth: 2 }).told).toEqual(['too_deep'])
  })
})

describe('a body that is no log', () => {
  it.each<[string, Uint8Array | string, boolean]>([
    ['zeros', new Uint8Array(100), true],
    [
      'a gzip that was not unpacked',
      Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 0x7b, 0xff, 10, 0x7b, 0x22, 0x80),
      true,
    ],
    ['bytes that are no UTF-8', Uint8Array.of(0xff, 0xfe, 0x41), true],
    ['text that no format knows', 'hello\nworld\n', false],
    ['a log with a binary line in it', `${GOOD}\n\0\0\n`, false],
    ['records that are all rejected', '{"status":1}\n', false],
    ['nothing', '', false],
  ])('%s', (_name, body, unreadable) => {
    expect(scan(body).summary.unreadable).toBe(unreadable)
    expect(scan(body, {}, 1).summary.unreadable).toBe(unreadable)
  })
})

it('reads the next body after a reset as if it were the first', () => {
  const first = new RecordingSink()
  const second = new RecordingSink()
  const scanner = new BodyScanner({}, first)
  scanner.push(new TextEncoder().encode(`{"events":[${GOOD},{"a`))
  scanner.end()
  scanner.reset(second)
  scanner.push(new TextEncoder().encode(GOOD))
  expect(scanner.end()).toEqual({ records: 1, format: 'json', kind: 'objects', unreadable: false })
  expect(second.calls).toHaveLength(1)
})
