import { BUILT_IN_FORMATS } from '../../format.js'
import { RecordParser } from '../record-parser.js'

const ENTRY = { insertId: '9', timestamp: '2026-11-22T23:20:29Z', resource: { type: 'k8s_container', labels: {} } }
const LINE = '192.0.2.1 - - [22/Nov/2026:23:20:26 +0000] "GET / HTTP/1.1" 200 1 "-" "-"'

const read = (more: object) =>
  new RecordParser(BUILT_IN_FORMATS.auto, { timeZone: 'UTC', maxDepth: 32 }).json(JSON.stringify({ ...ENTRY, ...more }))

describe('an entry of Google Cloud without a request', () => {
  it.each([
    ['text', { textPayload: 'Started' }],
    ['JSON', { jsonPayload: { message: 'Started', severity: 'INFO' } }],
    ['an audit', { protoPayload: { status: {}, methodName: 'v1.compute.instances.start' } }],
  ])('is known for well where no format is named: %s', (_what, more) => {
    expect(read(more)).toEqual({ reject: 'not_a_request' })
  })

  it.each([
    ['a line', { textPayload: LINE }],
    ['a line in JSON', { jsonPayload: { message: LINE } }],
    ['a status in JSON', { jsonPayload: { status: 503, path: '/a' } }],
    ['no resource', { resource: null, textPayload: 'Started' }],
  ])('is not, where it may tell of one: %s', (_what, more) => {
    expect(read(more)).toEqual({ reject: 'missing_status' })
  })
})
