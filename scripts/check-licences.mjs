import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'

// Names every installed package whose licence is not on the list; exit code 1 when there is one.

const ALLOWED = new Set([
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'CC-BY-3.0',
  'CC-BY-4.0',
  'CC0-1.0',
  'ISC',
  'MIT',
  'MIT-0',
  'MPL-2.0',
  'PostgreSQL',
  'Python-2.0',
  'Unlicense',
  'WTFPL',
  'Zlib',
])

/** Packages whose package.json says nothing usable, with what was read instead. */
const READ_BY_HAND = new Map([])

const root = resolve(process.argv[2] ?? '.')
const packages = packagesBelow(join(root, 'node_modules'))
const offenders = packages.filter(({ id, licence }) => !isAllowed(READ_BY_HAND.get(id) ?? licence))
for (const { id, licence } of offenders) console.error(`${id}: ${licence}`)
if (offenders.length > 0)
  console.error(
    `${offenders.length} of ${packages.length} packages have a licence that is not on the list in scripts/check-licences.mjs`,
  )
else console.error(`${packages.length} packages, all under licences on the list`)
process.exitCode = offenders.length > 0 || packages.length === 0 ? 1 : 0

function packagesBelow(folder) {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    if (!entry.isDirectory() || entry.name.startsWith('.')) return []
    return entry.name.startsWith('@')
      ? packagesBelow(path)
      : [...packageAt(path), ...packagesBelow(join(path, 'node_modules'))]
  })
}

function packageAt(folder) {
  const file = join(folder, 'package.json')
  if (!existsSync(file)) return []
  const { name, version, license, licenses } = JSON.parse(readFileSync(file, 'utf8'))
  return [{ id: `${name ?? folder}@${version ?? '?'}`, licence: expression(license ?? licenses) }]
}

/** Old packages write an object or a list of choices. */
function expression(field) {
  if (typeof field === 'string') return field
  if (Array.isArray(field)) return field.map(expression).join(' OR ')
  return typeof field?.type === 'string' ? field.type : 'none given'
}

/** Reads an SPDX expression: one side of OR must be allowed, both of AND; brackets first. */
function isAllowed(text) {
  const inner = /\(([^()]*)\)/.exec(text)
  if (inner !== null) return isAllowed(text.replace(inner[0], isAllowed(inner[1]) ? 'MIT' : 'not-allowed'))
  return text.split(/\s+OR\s+/).some((side) => side.split(/\s+AND\s+/).every((id) => ALLOWED.has(id.trim())))
}
