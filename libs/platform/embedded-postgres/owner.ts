import { randomBytes, randomInt } from 'node:crypto'
import { readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { EmbeddedPostgresError } from './error.js'
import { startTokenOf } from './process-table.js'

const ATTEMPTS = 6
const MARK = /^owner\.(\d+)\.([\w-]+)\.[0-9a-f]+$/

/** The right to run the database of one folder, until released or until this process ends. */
export interface Ownership {
  release(): void
}

/**
 * Claims a folder for this process; throws EmbeddedPostgresError naming the pid of a living owner.
 * Every claimant first leaves a mark with its own pid and start time, then looks for the marks of others. Of two that
 * come together at least one sees the other, so never two win; marks of ended processes are unique names and safe to remove.
 */
export async function claimFolder(folder: string): Promise<Ownership> {
  for (let attempt = 1; ; attempt++) {
    const mark = `owner.${process.pid}.${startTokenOf(process.pid) ?? 'unknown'}.${randomBytes(4).toString('hex')}`
    writeFileSync(join(folder, mark), '')
    const rival = livingOwnerBeside(folder, mark)
    if (rival === undefined) return { release: () => rmSync(join(folder, mark), { force: true }) }
    rmSync(join(folder, mark), { force: true })
    if (attempt === ATTEMPTS)
      throw new EmbeddedPostgresError(
        `the data folder ${folder} is in use by process ${rival}; stop that process or set STATUSLINE_DATA to another folder`,
      )
    await sleep(randomInt(20, 120))
  }
}

function livingOwnerBeside(folder: string, ownMark: string): number | undefined {
  let rival: number | undefined
  for (const name of readdirSync(folder)) {
    const [, pid, token] = MARK.exec(name) ?? []
    if (name === ownMark || pid === undefined) continue
    if (startTokenOf(Number(pid)) === token) rival = Number(pid)
    else rmSync(join(folder, name), { force: true })
  }
  return rival
}
