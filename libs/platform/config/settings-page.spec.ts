import { readFileSync, writeFileSync } from 'node:fs'
import { settingRows } from './describe-config.js'

const PAGE = new URL('../../../docs/operations.md', import.meta.url)
const BEGIN = '<!-- settings: written by UPDATE_DOCS=1 npm test -- settings-page -->'
const END = '<!-- end of settings -->'

const cell = (text: string) => text.replaceAll('|', '\\|')

function table(): string {
  const rows = settingRows().map(
    (row) =>
      `| \`${row.setting}\` | \`${row.env}\` | ${cell(row.fallback)} | ${cell(row.says)} Allowed: ${cell(row.allowed)}. |`,
  )
  return ['| setting | environment | default | what it does |', '| --- | --- | --- | --- |', ...rows].join('\n')
}

it('holds docs/operations.md to the settings that there are', () => {
  const page = readFileSync(PAGE, 'utf8')
  const [before = '', rest = ''] = page.split(BEGIN)
  const [written = '', after = ''] = rest.split(END)
  if (process.env['UPDATE_DOCS'] === '1') writeFileSync(PAGE, `${before}${BEGIN}\n\n${table()}\n\n${END}${after}`)
  else expect(normal(written)).toBe(normal(table()))
})

/** The formatter pads table cells; that is no difference. */
const normal = (markdown: string) => markdown.trim().replaceAll(/ +/g, ' ').replaceAll(/-{3,}/g, '---')
