import { printable, table } from './table.js'

it('pads every column to its widest value and leaves no trailing blanks', () => {
  expect(
    table(
      ['a', 'long'],
      [
        ['xyz', 1],
        [null, 22],
      ],
    ),
  ).toBe('a    long\nxyz  1\n     22\n')
})

it('shows terminal escapes instead of obeying them', () => {
  expect(printable('\u001b[2J\u0007é\u009b')).toBe('\\x1b[2J\\x07é\\x9b')
})
