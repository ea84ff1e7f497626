import { cp, mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { DEFAULT_RETENTION, ensurePartitions, migrate, openDatabase } from '#store'
import { startDatabase } from '../beside.js'

/** The folders with an empty database, by where they are. */
const made = new Map<string, Promise<string>>()

/**
 * Does something with a new data folder, whose database is there and empty, and removes it. Making a database takes as long as all
 * that a smoke test does with it: it is made once in `folder`, and copied.
 */
export const withDataFolder = async <Result>(
  folder: string,
  work: (data: string) => Promise<Result>,
): Promise<Result> => {
  if (!made.has(folder)) made.set(folder, makeDatabase(folder))
  const empty = await made.get(folder)!
  const data = await mkdtemp(join(folder, 'data-'))
  try {
    await cp(empty, data, { recursive: true })
    return await work(data)
  } finally {
    await rm(data, { recursive: true, force: true })
  }
}

const makeDatabase = async (folder: string): Promise<string> => {
  const data = await mkdtemp(join(folder, 'data-'))
  const postgres = await startDatabase(data)
  try {
    await migrate(postgres.url)
    const { pool, close } = await openDatabase({ url: postgres.url })
    await ensurePartitions(pool, Date.now(), DEFAULT_RETENTION).finally(close)
  } finally {
    await postgres.stop()
  }
  return data
}
