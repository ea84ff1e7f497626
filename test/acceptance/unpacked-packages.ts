import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync } from 'node:fs'
import { join } from 'node:path'

const CACHE = new URL('../../node_modules/.cache/statusline-debian/', import.meta.url).pathname

/**
 * Unpacks Debian packages, with those of their dependencies that the system lacks, into a folder of the cache, for software that
 * cannot be installed beside what the list of system packages names. Returns the folder; throws where they cannot be had.
 */
export function unpackedPackages(...names: readonly [string, ...string[]]): string {
  const root = join(CACHE, names[0])
  if (existsSync(root)) return root
  mkdirSync(CACHE, { recursive: true })
  const work = mkdtempSync(join(CACHE, 'unpacking-'))
  const archives = join(work, 'archives')
  mkdirSync(join(archives, 'partial'), { recursive: true })
  const options = ['-o', `Dir::Cache::archives=${archives}`, '-o', 'Debug::NoLocking=1']
  run('apt-get', 'install', '--yes', '--download-only', '--no-install-recommends', ...options, ...names)
  for (const file of readdirSync(archives)) {
    if (file.endsWith('.deb')) run('dpkg-deb', '--extract', join(archives, file), join(work, 'root'))
  }
  renameSync(join(work, 'root'), root)
  return root
}

function run(command: string, ...args: readonly string[]): void {
  const { status, stderr } = spawnSync(command, args, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${stderr}`)
}
