import { labelOf, MAX_LABEL_BYTES } from '../label.js'
import { durationMs, durationOfText } from './duration.js'
import { bytesOf } from './measure.js'
import { requestLineOf } from './request-line.js'
import { statusOf, upstreamStatusesOf } from './status.js'

describe('a status', () => {
  it.each<[unknown, number | null | 'bad_status']>([
    [200, 200],
    ['200', 200],
    [' 200 ', 200],
    ['200.0', 200],
    [100, 100],
    [999, 999],
    ...['-', '0', '000', '-1', '', ' ', 'null', null, 0, -1].map((word): [unknown, null] => [word, null]),
    ...[99, 1000, 200.5, -200, NaN, Infinity, 'OK', '2e2x', '0xc8', true, [], undefined].map(
      (word): [unknown, 'bad_status'] => [word, 'bad_status'],
    ),
  ])('%p → %p', (value, status) => expect(statusOf(value)).toBe(status))
})

describe('upstream statuses', () => {
  it.each<[unknown, (number | null)[] | undefined]>([
    ['502, 200', [502, 200]],
    ['502 : 200', [502, 200]],
    ['502,200', [502, 200]],
    ['502, -', [502, null]],
    ['-', []],
    ['', []],
    [null, []],
    [502, [502]],
    [0, [null]],
    [
      [504, '200', null],
      [504, 200, null],
    ],
    ['10.2.0.4:80', undefined],
    ['502, x', undefined],
    [true, undefined],
  ])('%p → %p', (value, statuses) => expect(upstreamStatusesOf(value)).toEqual(statuses))
})

describe('a duration', () => {
  it.each<[number, 's' | 'ms' | 'us' | 'ns', number | undefined]>([
    [0.012, 's', 12],
    [0.29, 's', 290],
    [1.001, 's', 1001],
    [12.5, 'ms', 12.5],
    [1.0005499, 'ms', 1.001],
    [7396, 'us', 7.396],
    [4_210_331, 'ns', 4.21],
    [0, 's', 0],
    [-1, 's', undefined],
    [NaN, 's', undefined],
    [Infinity, 'ms', undefined],
    [1e12, 'ms', undefined],
  ])('of %p %s is %p ms', (value, unit, ms) => expect(durationMs(value, unit)).toBe(ms))

  it('is never minus zero, which would not equal zero everywhere', () => {
    expect(Object.is(durationMs(-0, 's'), 0)).toBe(true)
  })

  it.each<[string, number | undefined]>([
    ['0.5s', 500],
    ['12ms', 12],
    ['1m2.5s', 62_500],
    ['1h0m1s', 3_601_000],
    ['2m0s', 120_000],
    ['26280h0m0s', 94_608_000_000],
    ['5m', undefined],
    ['1h1s', undefined],
    ['-1m2s', undefined],
    ['1m2ms', undefined],
    ['12 ms', 12],
    ['850us', 0.85],
    ['850µs', 0.85],
    ['4210331ns', 4.21],
    ['12', 12],
    ['12m', undefined],
    ['-', undefined],
    ['ms', undefined],
  ])('in text %p is %p ms', (text, ms) => expect(durationOfText(text, 'ms')).toBe(ms))
})

it.each<[unknown, number | undefined]>([
  [157, 157],
  ['157', 157],
  [157.9, 157],
  [0, 0],
  [-1, undefined],
  [2 ** 53, undefined],
  ['12345678901234567890', undefined],
  ['x', undefined],
  [null, undefined],
  [true, undefined],
])('%p bytes are %p', (value, bytes) => expect(bytesOf(value)).toBe(bytes))

describe('a request line', () => {
  it.each<[string, ReturnType<typeof requestLineOf>]>([
    ['GET /a?b#c HTTP/1.1', { method: 'GET', path: '/a', protocol: 'http/1.1' }],
    ['get /a HTTP/2', { method: 'GET', path: '/a', protocol: 'http/2' }],
    ['GET /a b HTTP/1.1', { method: 'GET', path: '/a b', protocol: 'http/1.1' }],
    ['GET /a', { method: 'GET', path: '/a' }],
    ['GET /a HT', { method: 'GET', path: '/a' }],
    ['GET HTTP/1.1', { method: 'GET', protocol: 'http/1.1' }],
    ['GET ?a HTTP/1.1', { method: 'GET', protocol: 'http/1.1' }],
    ['GARBAGE', { method: 'GARBAGE' }],
    ['\u0016\u0003\u0001 x', {}],
    ['-', {}],
    ['', {}],
    ['GET http://h.example:8080/a?b HTTP/1.1', { method: 'GET', path: '/a', host: 'h.example', protocol: 'http/1.1' }],
    [
      'GET https://user:secret@h.example?q HTTP/1.1',
      { method: 'GET', path: '/', host: 'h.example', protocol: 'http/1.1' },
    ],
    ['GET http:///a HTTP/1.1', { method: 'GET', path: '/a', protocol: 'http/1.1' }],
    ['GET /go?to=http://x/y HTTP/1.1', { method: 'GET', path: '/go', protocol: 'http/1.1' }],
    ['CONNECT h.example:443 HTTP/1.1', { method: 'CONNECT', path: 'h.example:443', protocol: 'http/1.1' }],
  ])('%p', (text, line) => expect(requestLineOf(text)).toEqual(line))
})

describe('a label', () => {
  it.each<[string, string | undefined]>([
    [' cart ', 'cart'],
    ['a\0b', 'a\uFFFDb'],
    ['a\uD800b', 'a\uFFFDb'],
    ['-', undefined],
    [' ', undefined],
    ['<NOSRV>', undefined],
    ['x'.repeat(300), 'x'.repeat(MAX_LABEL_BYTES)],
    ['€'.repeat(100), '€'.repeat(66)],
    [`${'x'.repeat(198)}😀`, 'x'.repeat(198)],
  ])('%p → %p', (text, label) => expect(labelOf(text)).toBe(label))
})
