import { expectOnlyRefusals, unpacked } from './testing/unpacked.js'
import { datadog } from './datadog.js'

const TEXT = { headers: { 'content-type': 'text/plain; charset=utf-8' } }
const taken = (body: unknown, parts = {}) =>
  unpacked(datadog, typeof body === 'string' ? body : JSON.stringify(body), parts).taken

describe('an entry of Datadog', () => {
  it.each([
    [
      'its message, where that is an object',
      { message: { status: 502, path: '/a' }, ddsource: 'nginx', service: 'pay', status: 'error' },
      { status: 502, path: '/a', ddsource: 'nginx', service: 'pay' },
      { service: 'pay' },
    ],
    [
      'what the object tells rather than what stands around it',
      { message: { status: 502, service: 'cart' }, status: 200, path: '/a', service: 'pay' },
      { status: 502, path: '/a', service: 'cart' },
      { service: 'pay' },
    ],
    ['a status of its own that is a code', { message: { path: '/a' }, status: 503 }, { path: '/a', status: 503 }, null],
    ['a code as text too', { message: { path: '/a' }, status: '503' }, { path: '/a', status: '503' }, null],
    ['a line as it is', { message: 'GET /', status: 'info' }, { message: 'GET /', status: 'info' }, null],
    ['a message that is a list as it is', { message: [1] }, { message: [1] }, null],
  ])('tells %s', (_what, entry, record, envelope) => {
    const [[text, told] = ['', null]] = taken([entry])
    expect([JSON.parse(text), told]).toEqual([record, envelope])
  })

  it('is of the service of the address, where it names none', () => {
    const asked = { query: { service: 'shop' } }
    expect(taken([{ message: 'a' }, { message: 'b', service: 'pay' }, 7], asked).map(([, told]) => told)).toEqual([
      { service: 'shop' },
      { service: 'pay' },
      { service: 'shop' },
    ])
  })
})

describe('a body of text', () => {
  it('is lines, of the service of the address', () => {
    expect(taken('GET /\nGET /a\n', { ...TEXT, query: { service: 'shop' } })).toEqual([
      ['GET /\nGET /a\n', { service: 'shop' }],
    ])
    expect(taken('GET /', TEXT)).toEqual([['GET /', null]])
  })

  it('is entries all the same, where it is JSON: some name no type of their own', () => {
    expect(taken('[{"message":"a"},{"message":"b"}]', TEXT)).toHaveLength(2)
  })

  it('is refused where it is blank, and where another type was named', () => {
    expect(() => taken(' \n', TEXT)).toThrow('bad_json')
    for (const headers of [{}, { 'content-type': 'application/json' }])
      expect(() => taken('GET /', { headers })).toThrow('bad_json')
  })

  it('may be any bytes', () => {
    expectOnlyRefusals(datadog, ['a\nb\n', '{"message":"a"}'], TEXT)
    expectOnlyRefusals(datadog, ['[{"message":{"status":200},"service":"a"}]'])
  })
})
