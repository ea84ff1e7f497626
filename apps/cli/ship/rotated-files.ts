import { readdir, stat } from 'node:fs/promises'
import type { Stats } from 'node:fs'
import { basename, dirname, join, parse } from 'node:path'

/** A rotated file of a log, as its folder shows it at one moment. */
export interface RotatedFile {
  readonly path: string
  readonly inode: string
  /** When it was written to last, epoch ms. */
  readonly mtimeMs: number
}

/** Which file of the machine this is, whatever its name. Used again once a file is removed and closed. */
export function inodeOf({ dev, ino }: Stats): string {
  return `${dev}:${ino}`
}

/** What rotation puts behind a name: a number, a date, or one of two words. Other logs in the folder are no rotated files. */
const ROTATED = /^[.-](?:\d[\dTZ:_.+-]*|old|bak)$/

/**
 * Whether `name` is what rotation makes of the file name `log`: access.log.1, access.log-20261123.gz, and with the date inside
 * access-20261123.log.
 */
export function isRotated(name: string, log: string): boolean {
  const plain = name.endsWith('.gz') ? name.slice(0, -'.gz'.length) : name
  if (plain.startsWith(log) && ROTATED.test(plain.slice(log.length))) return true
  const { name: stem, ext } = parse(log)
  if (ext === '' || plain.length <= log.length || !plain.startsWith(stem) || !plain.endsWith(ext)) return false
  return ROTATED.test(plain.slice(stem.length, -ext.length))
}

/** The rotated files of the log at `path`, the one written to last at the end. Throws when the folder cannot be read. */
export async function rotatedFiles(path: string): Promise<RotatedFile[]> {
  let last = await listed(path)
  // A rotation in between renames one file after the other: a listing counts when it stays as it is.
  for (let tries = 0; tries < 5; tries += 1) {
    const next = await listed(path)
    if (next.length === last.length && next.every((file, i) => isSame(file, last[i]))) break
    last = next
  }
  return last
}

/** Follows links. Null where nothing is. */
export async function statOf(path: string): Promise<Stats | null> {
  try {
    return await stat(path)
  } catch (error) {
    if (isAbsence(error)) return null
    throw error
  }
}

/** Whether the words of the system mean that there is no such file or folder. */
export function isAbsence(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')
}

async function listed(path: string): Promise<RotatedFile[]> {
  const folder = dirname(path)
  const names = (await namesIn(folder)).filter((name) => isRotated(name, basename(path)))
  // What is being compressed stands beside its plain file until it is whole.
  const readable = names.filter((name) => !(name.endsWith('.gz') && names.includes(name.slice(0, -'.gz'.length))))
  const files: RotatedFile[] = []
  for (const name of readable) {
    const found = await statOf(join(folder, name))
    if (found?.isFile()) files.push({ path: join(folder, name), inode: inodeOf(found), mtimeMs: found.mtimeMs })
  }
  return files.toSorted((a, b) => a.mtimeMs - b.mtimeMs)
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder)
  } catch (error) {
    if (isAbsence(error)) return []
    throw error
  }
}

function isSame(a: RotatedFile, b: RotatedFile | undefined): boolean {
  return a.path === b?.path && a.inode === b.inode
}
