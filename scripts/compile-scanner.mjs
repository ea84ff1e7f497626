import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { main } from 'assemblyscript/asc'

/*
 * npm run assembly            compiles libs/event/scan/assembly into libs/event/scan/scan-wasm.ts
 * npm run assembly -- --check fails where the two differ
 */
const SCAN = join(dirname(dirname(fileURLToPath(import.meta.url))), 'libs', 'event', 'scan')
const TARGET = join(SCAN, 'scan-wasm.ts')
const COLUMNS = 116

const OPTIONS = [
  '--runtime=stub',
  '--enable=simd,bulk-memory',
  '--optimizeLevel=3',
  '--converge',
  '--noAssert',
  // Nothing aborts: there is no allocation and no check that could fail.
  '--use=abort=',
]

async function compile() {
  let binary
  const { error, stderr } = await main(['assembly/index.ts', `--baseDir=${SCAN}`, '--outFile=scan.wasm', ...OPTIONS], {
    writeFile: (_name, contents) => {
      binary = contents
    },
  })
  process.stderr.write(stderr.toString())
  if (error !== null || binary === undefined) throw new Error('the scanner does not compile', { cause: error })
  return Buffer.from(binary).toString('base64')
}

function moduleOf(base64) {
  const lines = base64.match(new RegExp(`.{1,${COLUMNS}}`, 'g')).map((line) => `${line}\\\n`)
  return [
    '/* Compiled from assembly/ by `npm run assembly`; not to be edited. */',
    '',
    '/** The scanner as WebAssembly, in base64. */',
    `export const SCAN_WASM =\n  '\\\n${lines.join('')}'`,
    '',
  ].join('\n')
}

const text = moduleOf(await compile())
if (!process.argv.includes('--check')) writeFileSync(TARGET, text)
else if (readFileSync(TARGET, 'utf8') !== text) {
  process.stderr.write('libs/event/scan/scan-wasm.ts is not what assembly/ compiles to: npm run assembly\n')
  process.exitCode = 1
}
