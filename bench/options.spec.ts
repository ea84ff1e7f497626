import { optionsOf, WrongArgument } from './options.js'

const problemOf = (words: string): string => {
  try {
    return JSON.stringify(optionsOf(words === '' ? [] : words.split(' ')))
  } catch (error) {
    if (error instanceof WrongArgument) return error.message
    throw error
  }
}

describe('the options of the benchmarks', () => {
  it('are all optional', () => {
    expect(optionsOf([])).toMatchObject({ json: false, smoke: false, only: undefined, runs: undefined, files: [] })
  })

  it('are numbers, parts, switches and two files', () => {
    const words = ['--only', 'soak', '--runs', '3', '--rate=1000000', '--json']
    expect(optionsOf(words)).toMatchObject({ only: 'soak', runs: 3, rate: 1e6, json: true, save: false })
    expect(optionsOf(['--compare', 'a.json', 'b.json'])).toMatchObject({ compare: true, files: ['a.json', 'b.json'] })
  })

  it.each([
    ['--nope', /^there is no option --nope; allowed: .*--only, --lines.*--rate$/],
    ['-j', /^there is no option -j; allowed: --json/],
    ['--toString', /^there is no option --toString;/],
    ['--runs 0', /^--runs is "0"; allowed: whole numbers from 1 to 1,000$/],
    ['--runs x', /^--runs is "x"; allowed: whole/],
    ['--runs 1e2', /^--runs is "1e2"; allowed: whole/],
    ['--runs 2 --runs=', /^--runs is ""; allowed: whole/],
    ['--runs', /^--runs has no value; allowed: whole/],
    ['--runs --json', /^--runs is "--json"; allowed: whole/],
    ['--lines abc', /^--lines is "abc"; allowed: whole numbers from 1 to 1,000,000,000$/],
    ['--seconds -1', /^--seconds is "-1"; allowed: whole numbers from 1 to 86,400$/],
    ['--minutes 0.5', /^--minutes is "0.5"; allowed: whole numbers from 1 to 1,440$/],
    ['--only nosuch', /^--only is "nosuch"; allowed: scan, threads, .*flatness, soak$/],
    ['--only', /^--only has no value; allowed: scan/],
    ['--json=yes', /^--json is "yes"; allowed: no value$/],
    ['scan query', /^"scan query" is no option; allowed: files behind --compare only$/],
    ['--compare', /^--compare is without a file; allowed: two files that --save or --json has made$/],
    ['--compare a', /^--compare is "a"; allowed: two files/],
    ['--compare a b c', /^--compare is "a b c"; allowed: two files/],
  ])('%s is told in one line', (words, line) => expect(problemOf(words)).toMatch(line))
})
