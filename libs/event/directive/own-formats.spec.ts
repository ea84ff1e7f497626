import { BUILT_IN_FORMATS } from '../format.js'
import { ownFormats } from './own-formats.js'

describe('ownFormats', () => {
  it('lays compiled formats beside the built-in ones, and never into auto', () => {
    const { formats, problems } = ownFormats(new Map([['edge', { nginx: '$status' }]]))
    expect(problems).toEqual([])
    expect(formats.names).toEqual([...BUILT_IN_FORMATS.names, 'edge'])
    expect(formats.auto.text.map(({ name }) => name)).not.toContain('edge')
  })

  it('is the built-in formats where there are no others', () => {
    expect(ownFormats(new Map()).formats).toBe(BUILT_IN_FORMATS)
  })

  it.each([
    ['a wrong directive', 'edge', { nginx: '$host' }, /^formats\.edge: nginx \$status is missing; allowed: /],
    [
      'the name of a built-in format',
      'combined',
      { nginx: '$status' },
      /^formats has "combined", which is built in; allowed: /,
    ],
    ['auto', 'auto', { nginx: '$status' }, /^formats has "auto", which is built in/],
    [
      'a name that no source could use',
      'Edge 1',
      { nginx: '$status' },
      /^formats has "Edge 1"; allowed: a lower-case letter/,
    ],
    ['text over several lines, in one', 'edge', { apache: '%{%Q\n}t %>s' }, /^formats\.edge: apache [^\n]+$/],
  ])('refuses %s', (_says, name, directive, problem) => {
    const { problems } = ownFormats(new Map([[name, directive]]))
    expect(problems).toEqual([expect.stringMatching(problem)])
  })
})
