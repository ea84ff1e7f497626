import { table } from './table.js'

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

it('shows what a terminal would obey', () => {
  expect(table(['a'], [['\u001b[2J\u202e']])).toBe('a\n\\x1b[2J\\u202e\n')
})
