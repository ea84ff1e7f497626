import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** The oldest Node that knows all that the program uses. */
const OLDEST = 24

if (Number(process.versions.node.split('.', 1)[0]) >= OLDEST) {
  const { setSourceMapsSupport } = await import('node:module')
  setSourceMapsSupport(true, { nodeModules: false })
  // Loaded behind the question: an older Node could not even link it.
  const { main } = await import('./program.js')
  process.exitCode = await main(process.argv.slice(2))
} else process.exitCode = runOnOwnNode()

/** Becomes the same program on the Node that the project brings. */
function runOnOwnNode(): number {
  const node = fileURLToPath(new URL('../../../node_modules/.bin/node', import.meta.url))
  if (!existsSync(node)) {
    process.stderr.write(
      `statusline: Node ${process.versions.node} is too old; use Node ${OLDEST}, or run npx statusline\n`,
    )
    return 1
  }
  const { status } = spawnSync(node, process.argv.slice(1), { stdio: 'inherit' })
  return status ?? 1
}
