import type { Principal } from '../http/access.js'
import { Refusal } from '../http/refusal.js'
import { fileOfSource, readArguments, sourceNamedBy, type IngestRequest } from './ingest-arguments.js'

const ANY: Principal = { keyId: '1', scopes: ['ingest'], source: null }
const BOUND: Principal = { keyId: '2', scopes: ['ingest'], source: 'edge' }
const DIGEST = 'ab'.repeat(32)

function read(some: Partial<IngestRequest>, principal = ANY): unknown {
  try {
    return readArguments({ headers: {}, params: {}, query: {}, ...some }, principal, ['json', 'combined'])
  } catch (thrown) {
    return thrown instanceof Refusal ? thrown.code : thrown
  }
}

const DEFAULTS = { source: 'default', format: null, idempotencyKey: null, file: null, replayed: false }

describe('readArguments', () => {
  it.each<[string, Partial<IngestRequest>, Principal, string]>([
    [
      'the path',
      { params: { source: 'a' }, headers: { 'x-statusline-source': 'b' }, query: { source: 'c' } },
      ANY,
      'a',
    ],
    ['the header', { headers: { 'x-statusline-source': 'b' }, query: { source: 'c' } }, ANY, 'b'],
    ['the query', { query: { source: 'c' } }, ANY, 'c'],
    ['nobody', {}, ANY, 'default'],
    ['the key', {}, BOUND, 'edge'],
    ['the key and the path', { params: { source: 'edge' } }, BOUND, 'edge'],
  ])('the source is named by %s', (_by, request, principal, source) => {
    expect(read(request, principal)).toEqual({ ...DEFAULTS, source })
  })

  it('tells a key that is bound to the source default from nobody who names one', () => {
    const request = { headers: {}, params: {}, query: {} }
    expect(sourceNamedBy(request, ANY)).toBeNull()
    expect(sourceNamedBy(request, { ...BOUND, source: 'default' })).toBe('default')
  })

  it('refuses a source that the key is not bound to, wherever it is named', () => {
    for (const request of [
      { params: { source: 'a' } },
      { headers: { 'x-statusline-source': 'a' } },
      { query: { source: 'a' } },
    ])
      expect(read(request, BOUND)).toBe('source_forbidden')
  })

  it.each(['', ' ', 'a b', 'ä', 'a\0', 'a\n', '{other}', '../<x>', 'a'.repeat(101)])(
    'refuses the source %j',
    (source) => {
      expect(read({ params: { source } })).toBe('bad_source')
    },
  )

  it.each(['a', 'Edge-1', 'team/gw:8080', 'a.b_c', '__proto__', 'a'.repeat(100)])('takes the source %j', (source) => {
    expect(read({ params: { source } })).toEqual({ ...DEFAULTS, source })
  })

  it.each([
    ['combined', 'combined'],
    ['auto', null],
    ['', null],
  ])('takes the format %j', (format, taken) => {
    expect(read({ query: { format } })).toEqual({ ...DEFAULTS, format: taken })
    expect(read({ headers: { 'x-statusline-format': format } })).toEqual({ ...DEFAULTS, format: taken })
  })

  it.each([
    ['1', true],
    ['0', false],
  ])('takes the replay %j', (word, replayed) => {
    expect(read({ headers: { 'x-statusline-replay': word } })).toEqual({ ...DEFAULTS, replayed })
  })

  it.each(['', 'true', '01', ' 1', 'yes'])('refuses the replay %j', (word) => {
    expect(read({ headers: { 'x-statusline-replay': word } })).toBe('bad_argument')
  })

  it('refuses a format that nobody knows', () => {
    expect(read({ query: { format: 'toString' } })).toBe('bad_format')
  })

  it('takes the first of repeated arguments', () => {
    expect(read({ query: { source: ['a', 'b'] } })).toEqual({ ...DEFAULTS, source: 'a' })
  })

  it('reads the part of a file', () => {
    const headers = {
      'x-statusline-file': DIGEST,
      'x-statusline-range': '10-20',
      'x-statusline-tail': DIGEST,
      'x-statusline-previous-tail': DIGEST,
    }
    const tail = Buffer.from(DIGEST, 'hex')
    const fingerprint = fileOfSource('default', tail)
    expect(read({ headers })).toEqual({
      ...DEFAULTS,
      file: { fingerprint, from: 10, to: 20, tail, previousTail: tail },
    })
    expect(fileOfSource('other', tail)).not.toEqual(fingerprint)
  })

  it.each([
    { 'x-statusline-file': DIGEST },
    { 'x-statusline-range': '0-1' },
    { 'x-statusline-file': DIGEST, 'x-statusline-range': '0-1' },
    { 'x-statusline-file': DIGEST, 'x-statusline-range': '1-2', 'x-statusline-tail': DIGEST },
    { 'x-statusline-file': 'zz', 'x-statusline-range': '0-1', 'x-statusline-tail': DIGEST },
    { 'x-statusline-file': DIGEST, 'x-statusline-range': '-1-1', 'x-statusline-tail': DIGEST },
    { 'x-statusline-file': DIGEST, 'x-statusline-range': '2-1', 'x-statusline-tail': DIGEST },
  ])('refuses the part of a file %j', (headers) => {
    expect(read({ headers })).toBe('bad_file_span')
  })

  it('knows replays', () => {
    expect(read({ headers: { 'x-statusline-replay': '1' } })).toEqual({ ...DEFAULTS, replayed: true })
  })
})
