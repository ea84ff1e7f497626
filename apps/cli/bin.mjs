#!/usr/bin/env node
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { bootstrap } from '../../scripts/bootstrap.mjs'

// `npx statusline …`: installs and builds where that is needed, then becomes the command-line program on the Node that the project brings.

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..')

await bootstrap()
const ownNode = join(root, 'node_modules', '.bin', 'node')
const node = existsSync(ownNode) ? ownNode : process.execPath
const program = join(root, 'dist', 'apps', 'cli', 'main.js')
const child = spawn(node, [program, ...process.argv.slice(2)], {
  // The channel is how the program hears that nobody waits for it any more, even when this process is killed.
  stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
})

// Ctrl-C in a terminal reaches the child by itself, and a second one would mean "at once".
const inTerminal = process.stdin.isTTY === true || process.stderr.isTTY === true
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => (signal === 'SIGINT' && inTerminal ? undefined : child.kill(signal)))
}

child.on('error', (error) => {
  process.stderr.write(`statusline: ${error.message}\n`)
  process.exit(127)
})
child.on('exit', (code, signal) => {
  if (signal === null) process.exit(code ?? 1)
  process.removeAllListeners(signal)
  process.kill(process.pid, signal)
})
