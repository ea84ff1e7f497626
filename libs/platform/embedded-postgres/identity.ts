import { spawnSync } from 'node:child_process'
import { chownSync, lstatSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { EmbeddedPostgresError } from './error.js'

const OVERFLOW_ID = 65_534

/** Who the database programs run as, and what stands before their command line. */
export interface Identity {
  readonly prefix: readonly string[]
  /** Set when the process must change its user; also the owner that the data folder needs then. */
  readonly user?: { readonly uid: number; readonly gid: number }
  /** The owner that files of the database need, as seen from here. */
  readonly ownerUid: number
}

/**
 * Chooses who runs the database: this user, or, as PostgreSQL refuses to run as root, the user postgres or nobody, or where those cannot
 * reach the folder or the programs (a parent is closed to others), root under another name in a user namespace.
 * Throws EmbeddedPostgresError when nothing works.
 */
export function chooseIdentity(folder: string, postgres: string): Identity {
  const uid = process.getuid?.() ?? 0
  if (uid !== 0) return { prefix: [], ownerUid: uid }
  const candidates = [...['postgres', 'nobody'].map(asUser), inUserNamespace()]
  const found = candidates.find((identity) => identity !== undefined && reaches(identity, folder, postgres))
  if (found !== undefined) return found
  throw new EmbeddedPostgresError(
    `PostgreSQL does not run as root, and no other user can reach ${folder}; start as another user, open its parent folders with chmod o+x, or set DATABASE_URL`,
  )
}

function asUser(name: string): Identity | undefined {
  const uid = numberFrom('id', ['-u', name])
  const gid = numberFrom('id', ['-g', name])
  return uid === undefined || gid === undefined ? undefined : { prefix: [], user: { uid, gid }, ownerUid: uid }
}

function inUserNamespace(): Identity {
  return { prefix: ['unshare', '--user', `--map-user=${OVERFLOW_ID}`, `--map-group=${OVERFLOW_ID}`], ownerUid: 0 }
}

function numberFrom(command: string, args: string[]): number | undefined {
  const { status, stdout } = spawnSync(command, args, { encoding: 'utf8' })
  return status === 0 && /^\d+\s*$/.test(stdout) ? Number(stdout) : undefined
}

/** Trying is surer than reading modes: parents, access lists, mounts and seccomp filters all have a say. */
function reaches(identity: Identity, folder: string, postgres: string): boolean {
  const [command = 'sh', ...args] = [
    ...identity.prefix,
    'sh',
    '-c',
    'cd "$1" && exec "$2" --version',
    'sh',
    folder,
    postgres,
  ]
  return spawnSync(command, args, { cwd: '/', stdio: 'ignore', ...identity.user }).status === 0
}

/** Gives a folder and all in it to the identity, when it belongs to another. */
export function handOver(folder: string, identity: Identity): void {
  if (lstatSync(folder).uid === identity.ownerUid) return
  if (process.getuid?.() !== 0)
    throw new EmbeddedPostgresError(
      `the folder ${folder} belongs to user id ${lstatSync(folder).uid}; start as that user or set STATUSLINE_DATA to another folder`,
    )
  chownTree(folder, identity.ownerUid, identity.user?.gid ?? 0)
}

function chownTree(path: string, uid: number, gid: number): void {
  // The top goes last, so that an interrupted change starts again from the top.
  const stat = lstatSync(path)
  if (stat.isSymbolicLink()) return
  if (stat.isDirectory()) for (const name of readdirSync(path)) chownTree(join(path, name), uid, gid)
  chownSync(path, uid, gid)
}
