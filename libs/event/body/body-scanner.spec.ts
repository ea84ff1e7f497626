import { RecordingSink } from '../recording-sink.js'
import { BodyScanner } from './body-scanner.js'
import type { BodySummary } from './body-shape.js'
import type { ReadingOptions } from './record-reader.js'

const GOOD = '{"ts":1795389630171,"status":200}'
const LINE = '192.0.2.14 - - [22/Nov/2026:23:20:26 +0000] "GET /a HTTP/1.1" 404 157 "-" "curl/8"'

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
