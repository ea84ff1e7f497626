import { jsonText, printable } from './printable.js'

const HOSTILE: readonly [name: string, text: string, shown: string][] = [
  ['terminal escapes', '\u001b[2J\u0007é\u009b', '\\x1b[2J\\x07é\\x9b'],
  ['marks of direction', 'a\u202Etxt.exe\u202C\u2066\u200F\u061C', 'a\\u202etxt.exe\\u202c\\u2066\\u200f\\u061c'],
  [
    'joiners, blanks and fillers without a width',
    '\u200B\u200D\u2060\uFEFF\u3164',
    '\\u200b\\u200d\\u2060\\ufeff\\u3164',
  ],
  ['a soft hyphen', 'a\u00ADb', 'a\\xadb'],
  ['separators of lines', '\u2028\u2029\u0085', '\\u2028\\u2029\\x85'],
  ['tags', '\u{E0041}', '\\u{e0041}'],
  ['half a character', 'a\uD800', 'a\\ud800'],
]

describe('printable', () => {
  it.each(HOSTILE)('shows %s', (_name, text, shown) => expect(printable(text)).toBe(shown))

  it('leaves every other character as it is', () => {
    expect(printable('/über/日本語/😀 "x"\\')).toBe('/über/日本語/😀 "x"\\')
  })
})

describe('jsonText', () => {
  it.each(HOSTILE)('escapes %s, and means the same', (_name, text) => {
    const json = jsonText({ text }, 2)
    expect(JSON.parse(json)).toEqual({ text })
    expect(printable(json.replaceAll('\n', ''))).toBe(json.replaceAll('\n', ''))
  })
})
