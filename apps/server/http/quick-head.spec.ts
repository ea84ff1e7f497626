import { readQuickHead } from './quick-head.js'

const LIMITS = { headerBytes: 512, headerCount: 5 }
const read = (text: string) => readQuickHead(Buffer.from(text, 'latin1'), LIMITS)
const post = (fields: string, line = 'POST /v1/ingest/edge HTTP/1.1') => `${line}\r\n${fields}\r\n\r\n{}`

describe('a plain head', () => {
  it('tells path, fields and where the body is', () => {
    const text = post('Host: a.example:80\r\nContent-Type: application/json; charset=utf-8\r\nCONTENT-LENGTH: 2')
    expect(read(text)).toEqual({
      path: '/v1/ingest/edge',
      headers: { host: 'a.example:80', 'content-type': 'application/json; charset=utf-8', 'content-length': '2' },
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
    expect(read(post('Host: a\r\nContent-Length: 2', `${method} / HTTP/1.1`))?.path).toBe('/')
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
