import { randomBytes } from 'node:crypto'
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import type { PostgresBinaries } from './binaries.js'
import { EmbeddedPostgresError } from './error.js'
import { handOver, type Identity } from './identity.js'
import { runToEnd } from './run-to-end.js'

/** The database user and the database of the embedded server. */
export const EMBEDDED_NAME = 'statusline'

const MAJOR = '18'
const UNFINISHED = 'unfinished-'

/** The folder that PostgreSQL owns, and the password of its only user. */
export interface Cluster {
  readonly folder: string
  readonly password: string
}

/**
 * Opens the cluster inside a data folder and makes it when there is none; a half-made one from a crash is thrown away. Rejects
 * with an EmbeddedPostgresError, and leaves nothing half-made, where it cannot be made or the signal breaks it off.
 */
export async function openCluster(
  dataDir: string,
  binaries: PostgresBinaries,
  identity: Identity,
  signal: AbortSignal,
): Promise<Cluster> {
  for (const name of readdirSync(dataDir))
    if (name.startsWith(UNFINISHED)) rmSync(join(dataDir, name), { recursive: true, force: true })
  const folder = join(dataDir, 'cluster')
  if (!existsSync(folder)) await createCluster(dataDir, folder, binaries, identity, signal)
  else handOver(folder, identity)
  refuseOtherMajor(folder)
  return { folder, password: readPassword(dataDir) }
}

async function createCluster(
  dataDir: string,
  folder: string,
  binaries: PostgresBinaries,
  identity: Identity,
  signal: AbortSignal,
): Promise<void> {
  const password = randomBytes(32).toString('base64url')
  const workshop = mkdtempSync(join(dataDir, UNFINISHED))
  try {
    const unfinished = join(workshop, 'cluster')
    const passwordFile = join(workshop, 'password')
    writeFileSync(passwordFile, password, { mode: 0o600 })
    mkdirSync(unfinished, { mode: 0o700 })
    handOver(workshop, identity)
    const run = { identity, cwd: workshop, env: databaseEnvironment(), signal }
    await runToEnd(binaries.initdb, initdbArguments(unfinished, passwordFile), run)
    // Done in single-user mode so that the folder, once renamed, is complete.
    const input = `CREATE DATABASE ${EMBEDDED_NAME}\n`
    await runToEnd(binaries.postgres, ['--single', '-D', unfinished, 'postgres'], { ...run, input })
    writeFileSync(passwordPath(dataDir), password, { mode: 0o600, flush: true })
    renameSync(unfinished, folder)
    syncFolder(dataDir)
  } finally {
    rmSync(workshop, { recursive: true, force: true })
  }
}

function initdbArguments(folder: string, passwordFile: string): string[] {
  return [
    `--pgdata=${folder}`,
    `--username=${EMBEDDED_NAME}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale=C',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--data-checksums',
  ]
}

/** No PG… variable of the caller reaches the programs; messages stay in English, where we read them. */
export function databaseEnvironment(): NodeJS.ProcessEnv {
  return { PATH: process.env['PATH'] ?? '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' }
}

function passwordPath(dataDir: string): string {
  return join(dataDir, 'password')
}

function readPassword(dataDir: string): string {
  try {
    return readFileSync(passwordPath(dataDir), 'utf8')
  } catch {
    throw new EmbeddedPostgresError(
      `the password file ${passwordPath(dataDir)} is missing or not readable; put it back from a backup of this folder`,
    )
  }
}

function refuseOtherMajor(folder: string): void {
  const version = readFileSync(join(folder, 'PG_VERSION'), 'utf8').trim()
  if (version !== MAJOR)
    throw new EmbeddedPostgresError(
      `the folder ${folder} was made by PostgreSQL ${version}, this release carries ${MAJOR}; export it with the release that made it`,
    )
}

function syncFolder(path: string): void {
  const descriptor = openSync(path, 'r')
  fsyncSync(descriptor)
  closeSync(descriptor)
}
