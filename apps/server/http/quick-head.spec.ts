import { QuickHeads } from './quick-head.js'

const LIMITS = { headerBytes: 512, headerCount: 5 }
const read = (text: string, heads = new QuickHeads(LIMITS)) => heads.read(Buffer.from(text, 'latin1'))
const post = (fields: string, line = 'POST /v1/ingest/edge HTTP/1.1') => `${line}\r\n${fields}\r\n\r\n{}`

describe('a plain head', () => {
  it('tells path, fields and where the body is', () => {
    const text = post('Host: a.example:80\r\nContent-Type: application/json; charset=utf-8\r\nCONTENT-LENGTH: 2')
    expect(read(text)).toEqual({
      words: {
        path: '/v1/ingest/edge',
        headers: { host: 'a.example:80', 'content-type': 'application/json; charset=utf-8' },
        kept: null,
      },
      bodyAt: text.length - 2,
      bodyBytes: 2,
    })
  })

  it.each([
    ['to keep the connection', 'Host: a\r\nConnection: Keep-Alive\r\nContent-Length: 2'],
    ['as many fields as are allowed', 'Host: a\r\nA: 1\r\nB: 2\r\nC: 3\r\nContent-Length: 2'],
  ])('%s', (_what, fields) => {
    expect(read(post(fields))).not.toBeNull()
  })

  it.each(['PUT', 'PATCH'])('may be a %s', (method) => {
    expect(read(post('Host: a\r\nContent-Length: 2', `${method} / HTTP/1.1`))?.words.path).toBe('/')
  })
})

describe('what is left to Node', () => {
  it.each([
    ['no end of the head', 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n'],
    ['another method', post('Host: a\r\nContent-Length: 2', 'GET / HTTP/1.1')],
    ['a question', post('Host: a\r\nContent-Length: 2', 'POST /v1/ingest?format=auto HTTP/1.1')],
    ['an encoded path', post('Host: a\r\nContent-Length: 2', 'POST /v1/ingest/%65 HTTP/1.1')],
    ['an address for a proxy', post('Host: a\r\nContent-Length: 2', 'POST http://a/ HTTP/1.1')],
    ['another version', post('Host: a\r\nContent-Length: 2', 'POST / HTTP/1.0')],
    ['bare line feeds', 'POST / HTTP/1.1\nHost: a\nContent-Length: 2\n\r\n\r\n{}'],
    ['no host', post('Content-Length: 2')],
    ['two hosts', post('Host: a\r\nHost: b\r\nContent-Length: 2')],
    ['no length', post('Host: a')],
    ['two lengths', post('Host: a\r\nContent-Length: 2\r\nContent-Length: 2')],
    ['a length that is none', post('Host: a\r\nContent-Length: +2')],
    ['a length that is zero', post('Host: a\r\nContent-Length: 0')],
    ['chunks', post('Host: a\r\nContent-Length: 2\r\nTransfer-Encoding: chunked')],
    ['a coding', post('Host: a\r\nContent-Length: 2\r\nContent-Encoding: gzip')],
    ['an expectation', post('Host: a\r\nContent-Length: 2\r\nExpect: 100-continue')],
    ['another protocol', post('Host: a\r\nContent-Length: 2\r\nUpgrade: h2c')],
    ['the end of the connection', post('Host: a\r\nContent-Length: 2\r\nConnection: close')],
    ['the same to a proxy', post('Host: a\r\nContent-Length: 2\r\nProxy-Connection: close')],
    ['two spaces behind a colon', post('Host:  a\r\nContent-Length: 2')],
    ['a space before the colon', post('Host: a\r\nContent-Length : 2')],
    ['a folded field', post('Host: a\r\nX: 1\r\n 2\r\nContent-Length: 2')],
    ['a field without a value', post('Host: a\r\nX:\r\nContent-Length: 2')],
    ['a control character', post('Host: a\r\nX: 1\u00002\r\nContent-Length: 2')],
    ['a letter beyond ASCII', post('Host: a\r\nX: \u00e9\r\nContent-Length: 2')],
    ['a name that every object has', post('Host: a\r\nconstructor: x\r\nContent-Length: 2')],
    ['one field too many', post('Host: a\r\nA: 1\r\nB: 2\r\nC: 3\r\nD: 4\r\nContent-Length: 2')],
    ['a long head', post(`Host: a\r\nX: ${'x'.repeat(500)}\r\nContent-Length: 2`)],
  ])('%s', (_what, text) => {
    expect(read(text)).toBeNull()
  })
})

/** Behind a first head of the same connection. */
const readBehind = (first: string, second: string) => {
  const heads = new QuickHeads(LIMITS)
  const before = read(first, heads)
  return { before, again: read(second, heads), heads }
}

describe('a connection that says the same again', () => {
  const FIELDS = 'Host: a\r\nX: 1'
  const text = (length: string, body = '{}', fields = FIELDS, line = 'POST /v1/ingest HTTP/1.1') =>
    `${line}\r\n${fields}\r\nContent-Length: ${length}\r\nY: 2\r\n\r\n${body}`
  it.each([
    ['the same', '2', '{}'],
    ['a longer body', '12345678', 'x'.repeat(20)],
    ['one digit more', '10', '{"a":true}'],
  ])('%s: has the same words, and a length of its own', (_what, length, body) => {
    const { before, again } = readBehind(text('2'), text(length, body))
    expect(again?.words).toBe(before?.words)
    expect(again).toEqual(read(text(length, body)))
  })

  it('also with fewer digits than before', () => {
    const { before, again } = readBehind(text('100', 'x'.repeat(100)), text('5', 'x'.repeat(100)))
    expect(again?.words).toBe(before?.words)
    expect(again).toMatchObject({ bodyBytes: 5 })
  })

  it.each([
    ['another path', text('2', '{}', FIELDS, 'POST /v1/ingesu HTTP/1.1')],
    ['another field before the length', text('2', '{}', 'Host: b\r\nX: 1')],
    ['another field behind it', text('2').replace('Y: 2', 'Y: 3')],
    ['a field more', text('2').replace('Y: 2', 'Y: 2\r\nZ: 3')],
  ])('%s: is taken apart anew', (_what, second) => {
    const { before, again } = readBehind(text('2'), second)
    expect(again).toEqual(read(second))
    expect(again?.words).not.toBe(before?.words)
  })

  it.each([
    ['a length of zero', text('0')],
    ['a length that begins with zero', text('02')],
    ['a length with a sign', text('+2')],
    ['no digit', text('')],
    ['nine digits', text('123456789')],
    ['a letter behind the digits', text('2x')],
    ['half of the head', text('2').slice(0, 40)],
    ['a head that its length makes too long', text('12345678', '{}', `Host: a\r\nX: ${'x'.repeat(442)}`)],
  ])('%s: is left to Node all the same', (_what, second) => {
    expect(read(second)).toBeNull()
    expect(readBehind(text('2', '{}', `Host: a\r\nX: ${'x'.repeat(442)}`), second).again).toBeNull()
    const { again, heads } = readBehind(text('2'), second)
    expect(again).toBeNull()
    expect(read(text('2'), heads)).toEqual(read(text('2')))
  })
})
