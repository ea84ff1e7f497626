import { accessSync, constants, readFileSync } from 'node:fs'
import { delimiter, dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

// Names in one line the Debian packages of test/system-packages.txt that are missing; exit code 1 when there is one.
// Each line of the file: the package, blanks, a command that it brings, by name or whole path. # begins a comment.

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const list = process.argv[2] ?? join(root, 'test', 'system-packages.txt')
const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin']

const missing = readList().filter(({ command }) => !folders.some((folder) => isExecutable(resolve(folder, command))))
if (missing.length > 0) {
  const names = [...new Set(missing.map(({ name }) => name))].join(' ')
  console.error(`missing system packages: ${names} (on Debian: apt-get install -y --no-install-recommends ${names})`)
  process.exitCode = 1
}

function readList() {
  const lines = readFileSync(list, 'utf8').split('\n')
  const words = lines.map((line) => line.replace(/#.*/, '').trim().split(/\s+/)).filter(([name]) => name !== '')
  return words.map(([name, command = name]) => ({ name, command }))
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
