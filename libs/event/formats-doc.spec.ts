import { readFileSync } from 'node:fs'
import { aliasKeys } from './exact/alias.js'
import { BUILT_IN_FORMATS } from './format.js'
import { REJECT_REASONS } from './reject.js'

const doc = readFileSync(new URL('../../docs/formats.md', import.meta.url), 'utf8')

/** Words in code spans of the first or, for `cell` 1, of the second column of the table under a heading. */
function words(heading: string, cell: number): string[] {
  const section = doc.split(/^## /m).find((text) => text.startsWith(`${heading}\n`)) ?? ''
  const rows = (section.split('\n### ', 1)[0] ?? '')
    .split('\n')
    .filter((line) => /^\| [^-]/.test(line))
    .slice(1)
  return rows.flatMap((row) => (row.split('|')[cell + 1] ?? '').match(/(?<=`)[^` ]+(?=`)/g) ?? [])
}

describe('docs/formats.md', () => {
  it('lists every key and no other', () => {
    const listed = words('JSON fields', 1).map((key) => key.toLowerCase())
    const notKeys = new Set(['start', 'end'])
    // What a wrapper may be called stands with the shapes of bodies.
    const wrappers = new Set(['log', 'message', 'event', 'line', 'short_message', 'value'])
    expect(listed.filter((key) => !notKeys.has(key)).toSorted()).toEqual(
      aliasKeys()
        .filter((key) => !wrappers.has(key))
        .toSorted(),
    )
  })

  it('lists every format', () => {
    expect(words('Names', 0).toSorted()).toEqual(BUILT_IN_FORMATS.names.toSorted())
  })

  it('lists every reason for a rejection', () => {
    expect(words('Rejections', 0)).toEqual([...REJECT_REASONS])
  })
})

describe('README.md', () => {
  it('sends no record whose time has passed by the day it is pasted', () => {
    const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8')
    const records = Array.from(readme.matchAll(/curl -d '(\{[^']+\})'/g), ([, record]) => record ?? '')
    expect(records).not.toEqual([])
    expect(records.filter((record) => /\d{4}-\d{2}-\d{2}|\b\d{10}/.test(record))).toEqual([])
  })
})
