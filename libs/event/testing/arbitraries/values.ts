import * as fc from 'fast-check'

/* What the fields of records hold: usual values and odd ones. */

/** One of these values. */
export const pick = <T>(...values: T[]) => fc.constantFrom(...values)

/** Two digits. */
export const two = (value: number) => String(value).padStart(2, '0')
const clock = fc.tuple(fc.nat(31), fc.nat(25), fc.nat(60), fc.nat(61), fc.nat(999))
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec', 'nov']

/** Times as the common log has them, some of which are none. */
export const clf = fc
  .tuple(clock, pick(...MONTHS), pick('2026', '1970', '0001'), pick('+0000', '-0730', '+1400', '+9900', '0000'))
  .map(([[d, h, m, s], month, year, zone]) => `${two(d)}/${month}/${year}:${two(h)}:${two(m)}:${two(s)} ${zone}`)

/** Times as ISO 8601 has them, some of which are none. */
export const iso = fc
  .tuple(
    clock,
    fc.nat(13),
    pick('T', ' '),
    pick('', '.1', '.25', '.123', '.123456789', '.000', '.000000', '.000000001', '.', ',5', ',0'),
    pick('Z', 'z', '+02:00', '-0730', '', '+24:00'),
  )
  .map(
    ([[d, h, m, s], month, t, fraction, zone]) =>
      `2026-${two(month)}-${two(d)}${t}${two(h)}:${two(m)}:${two(s)}${fraction}${zone}`,
  )

/** Texts of labels. */
export const word = pick(
  '',
  '-',
  'a',
  'null',
  'alice',
  '[REDACTED]',
  '<NOSRV>',
  ' padded ',
  'shop.example',
  'x'.repeat(201),
  'é',
  '\u0000',
  '7',
  '007',
  'ab cd',
)

/** Paths and what may stand in their place. */
export const path = pick(
  '/',
  '/api/v1/orders/77?full=1',
  '/a b',
  '/a#b',
  '?q',
  '*',
  'http://h/p?q',
  '/ü',
  '',
  '-',
  '/a"b',
  '/p/../x',
  'null',
)

/** Methods and what may stand in their place. */
export const methodWord = pick('GET', 'POST', 'get', 'QUERY', 'PURGE', 'G\u0131T', '', '-', 'GE T', 'A'.repeat(40))

/** Protocols and what may stand in their place. */
export const protocol = pick('HTTP/1.1', 'HTTP/2.0', 'HTTP/3', 'HTTP/1.5', 'HT', '', 'h2')

/** Statuses as text. */
export const statusWord = pick(
  '200',
  '404',
  '499',
  '502',
  '000',
  '0',
  '-',
  '',
  '-1',
  '99',
  '1000',
  '20',
  '2000',
  '200.0',
  'OK',
  'null',
  ' 200 ',
)

/** Numbers as text, whole and broken. */
export const seconds = pick(
  '0.012',
  '0.000',
  '12',
  '1.0005',
  '0.29',
  '-',
  '',
  '-1',
  '1e3',
  '0.1234567',
  '123456789012.5',
  'NaN',
  '99999999999999999',
  '.5',
  '5.',
)

/** Lists as nginx writes them. */
export const list = pick(
  '502, 200',
  '502',
  '-',
  '',
  '502, -',
  '502 : 200',
  '502,200',
  '200, 502 : -',
  'abc',
  '10.2.0.4:80',
  '000',
  '0.002, 0.001',
  '0, 5',
  '502, ',
)

/** Request lines, whole and broken. */
export const requestLine = fc.oneof(
  fc.tuple(methodWord, path, protocol).map((parts) => parts.join(' ')),
  pick(
    '',
    '-',
    'GARBAGE',
    'GET /x HT',
    'GET  /x HTTP/1.1',
    '\\x16\\x03\\x01',
    'GET /\\xc3\\xbc HTTP/1.1',
    'GET /\\"q HTTP/1.1',
    'GET HTTP/1.1',
  ),
)

/** The JSON of a text. */
export const text = (arbitrary: fc.Arbitrary<string>) => arbitrary.map((value) => JSON.stringify(value))
