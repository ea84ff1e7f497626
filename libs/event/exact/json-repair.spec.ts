import { repairJson } from './json-repair.js'

describe('repairs', () => {
  it.each<[string, string, unknown]>([
    ['escapes of nginx', String.raw`{"a":"x\x22y\xC3\xBC\x5C"}`, { a: 'x"yü\\' }],
    ['a byte that is no UTF-8', String.raw`{"a":"\xFFx"}`, { a: '\uFFFDx' }],
    ['escapes in a key', String.raw`{"\x61":1}`, { a: 1 }],
    ['a missing value before a comma', '{"a":,"b":1}', { a: null, b: 1 }],
    ['a missing value before a brace', '{"a": }', { a: null }],
    ['a bare dash', '{"a":-,"b":-}', { a: '-', b: '-' }],
    ['a bare list', '{"a":0.002, 0.001,"b":1}', { a: '0.002, 0.001', b: 1 }],
    ['a bare list of groups', '{"a":502, - : 200}', { a: '502, - : 200' }],
    ["HAProxy's plus sign", '{"ta":+12,"b":+500}', { ta: '+12', b: '+500' }],
    ['a bare 000', '{"a":000}', { a: '000' }],
    ["Apache's empty user", '{"u":"""","b":1}', { u: '', b: 1 }],
    ["Apache's empty user among others", '{"u": "user "" of "" x","b":""""}', { u: 'user  of  x', b: '' }],
    ['control characters', '{"a":"x\ty\u0000"}', { a: 'x\ty\u0000' }],
    ['numbers that need no repair', '{"a":-1.5e3,"b":[1, 2],"c":"x\\x41"}', { a: -1500, b: [1, 2], c: 'xA' }],
    ['escapes that need none', String.raw`{"a":"\u00fc\n\\x41","b":"\x41"}`, { a: 'ü\n\\x41', b: 'A' }],
  ])('%s', (_name, text, value) => expect(JSON.parse(repairJson(text))).toEqual(value))

  it.each([
    '{"a":+}',
    '{"a":1+2}',
    '{"a""":1}',
    '{"a""b":1}',
    '{"a":"" ""}',
    '{"a":"""}',
    '{"a":"x""b":1}',
    '["a""b"]',
    '{"a":1,,}',
    '{"a":x}',
    '{"a":1',
    '{"a":"x',
    '{a:1}',
    '{"a":1,}',
    ':',
    '"\\',
    '',
  ])('leave %p broken', (text) => {
    expect(() => JSON.parse(repairJson(text)) as unknown).toThrow(SyntaxError)
  })

  it('take linear time for hostile texts', () => {
    const hostile = [
      '{"a":' + '1, '.repeat(300_000),
      ': 1'.repeat(300_000),
      '"\\x41'.repeat(200_000),
      ':' + '"'.repeat(1e6),
      '\\'.repeat(1e6),
    ]
    const started = process.cpuUsage()
    for (const text of hostile) repairJson(text)
    const { user } = process.cpuUsage(started)
    expect(user / 1e6).toBeLessThan(10)
  })
})
