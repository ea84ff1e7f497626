import { readFileSync } from 'node:fs'
import { ENVOY_FLAGS } from './envoy-flags.js'

const doc = readFileSync(new URL('../../../docs/formats.md', import.meta.url), 'utf8')

it('docs/formats.md lists every flag of Envoy with its owner, in the order in which they decide', () => {
  const section = doc.split('### Envoy\n')[1]?.split('### ')[0] ?? ''
  const rows = [...section.matchAll(/^\| `?(client|network|upstream|gateway|none)`? +\|(.*)\|$/gm)]
  const listed = rows.flatMap(([, owner, flags = '']) =>
    Array.from(flags.matchAll(/`([A-Z]+)`/g), ([, flag]) => ({ flag, owner: owner === 'none' ? null : owner })),
  )
  expect(listed).toEqual(ENVOY_FLAGS.map(({ flag, owner }) => ({ flag, owner })))
})
