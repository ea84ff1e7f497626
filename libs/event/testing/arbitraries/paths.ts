import * as fc from 'fast-check'

const piece = fc.oneof(
  fc.constantFrom(
    '/',
    '//',
    ';',
    '?',
    '#',
    ':',
    '-',
    '_',
    '.',
    '%20',
    '@',
    'T',
    'Z',
    '*',
    'v',
    'beta',
    'alpha',
    '0x',
    'http://',
    'h:80',
    '2026-11-22',
    '2026-11',
    '{id}',
    '…',
  ),
  fc.constantFrom(
    '3f2504e0-4f89-11d3-9a0c-0305e82c3301',
    '507f1f77bcf86cd799439011',
    'dQw4w9WgXcQ',
    'deadbeef',
    'how-to-bake',
    'orders',
    'getUserById',
    'abcdefabcdefabcd',
    '/w'.repeat(9),
    '/'.padEnd(27, 'w'),
  ),
  fc.string({ unit: 'binary', maxLength: 6 }),
  fc.string({ unit: fc.constantFrom(...'abcdefxyzABCXYZ0123456789-_'), maxLength: 40 }),
  fc.nat().map(String),
)
const pieced = fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join('').toWellFormed())

/** Paths of odd pieces, and such as a request line has. */
export const anyPath = fc.oneof(
  pieced,
  pieced.map((path) => `/${path}`),
)

const letters = fc.string({ unit: fc.constantFrom(...'abcdefxyz'), minLength: 1, maxLength: 40 })
const segment = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.constantFrom('api', 'v1', 'v2.1', 'v1beta2', 'orders', 'app.js', 'getUserById', 'how-to-bake'),
  },
  { weight: 2, arbitrary: fc.nat().map(String) },
  { weight: 2, arbitrary: fc.uuid().chain((uuid) => fc.constantFrom(uuid, uuid.toUpperCase(), uuid.slice(0, -1))) },
  {
    weight: 2,
    arbitrary: fc.string({ unit: fc.constantFrom(...'0123456789abcdefABCDEF'), minLength: 1, maxLength: 70 }),
  },
  letters,
  fc.constantFrom(
    '2026-11',
    '2026-11-22',
    '2026-11-22T23:20:26Z',
    '2026-1-2',
    '0x1f',
    '0xg',
    '-',
    '--',
    '...',
    '*',
    'h:80',
  ),
  fc.constantFrom(
    '%20',
    'a%2Fb',
    'a;v=1',
    ';',
    '',
    'a b',
    'a@b',
    '{id}',
    '~',
    "'",
    'é',
    'v1234',
    'valpha',
    'v1alpha123',
    '11111111-2222-3333-4444-555555555555',
  ),
  fc.string({ unit: fc.constantFrom(...'abyzABYZ0189-_.~!$()*+,:'), minLength: 1, maxLength: 40 }),
)

/** Paths as clients send them, of segments of every kind: some long, deep, with double slashes or a slash at the end. */
export const usualPath = fc
  .tuple(fc.array(segment, { minLength: 1, maxLength: 14 }), fc.constantFrom('', '', '', '/', '//'))
  .map(([segments, end]) => `/${segments.join('/')}${end}`)
