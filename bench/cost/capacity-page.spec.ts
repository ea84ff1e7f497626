import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { costsTable, examplesTable } from './capacity-page.js'

const PAGE = join(import.meta.dirname, '../../docs/capacity.md')
const END = '<!-- end -->'

/** The formatter pads table cells; that is no difference. */
const normal = (markdown: string): string => markdown.trim().replaceAll(/ +/g, ' ').replaceAll(/-{2,}/g, '--')

it.each([
  ['costs', costsTable],
  ['examples', examplesTable],
])('holds the %s in docs/capacity.md to the measured numbers', (name, written) => {
  const begin = `<!-- ${name}: written by UPDATE_DOCS=1 npm test -- capacity-page -->`
  const page = readFileSync(PAGE, 'utf8')
  const [before = '', rest = ''] = page.split(begin)
  const at = rest.indexOf(END)
  expect(at).toBeGreaterThan(0)
  if (process.env['UPDATE_DOCS'] === '1') writeFileSync(PAGE, `${before}${begin}\n\n${written()}\n\n${rest.slice(at)}`)
  else expect(normal(rest.slice(0, at))).toBe(normal(written()))
})
