import { testDatabase, type TestDatabase } from '#testing'
import type { BatchTally, SealedBatch } from '#delta'
import { batchOf, type Specimen } from '../../delta/testing/specimen.js'
import { openDatabase, type Database } from '../database.js'
import { Folder, type FolderOptions } from '../fold/folder.js'
import { DEFAULT_RETENTION, ensurePartitions } from '../partitions.js'
import { PostgresJournal } from '../postgres-journal.js'
import { key, randomName } from './batches.js'
import { emptyTables } from './empty-tables.js'

/** When the batches of a test arrive, epoch ms. */
export const NOW_MS = Date.now()

/** A database with its journal and folders over it, for the tests of one file. */
export class FoldStage {
  private constructor(
    private readonly scratch: TestDatabase,
    readonly database: Database,
    readonly journal: PostgresJournal,
  ) {}

  /** Of its database. */
  get url(): string {
    return this.scratch.url
  }

  static async start(): Promise<FoldStage> {
    const scratch = await testDatabase()
    const database = await openDatabase({ url: scratch.url })
    await ensurePartitions(database.pool, NOW_MS, DEFAULT_RETENTION)
    return new FoldStage(scratch, database, new PostgresJournal(database.pool))
  }

  /** Another folder, with a name of its own. */
  readonly folder = (options: Partial<FolderOptions> = {}): Folder =>
    new Folder(this.database.pool, { holder: randomName(), ...options })

  /** The first row of an answer. */
  readonly one = async <T extends object>(text: string, values: unknown[] = []): Promise<T> => {
    const { rows } = await this.database.pool.query<T>(text, values)
    const [row] = rows
    if (row === undefined) throw new Error(`no row: ${text}`)
    return row
  }

  /** Between two tests. */
  empty(): Promise<void> {
    return emptyTables(this.database.pool)
  }

  async stop(): Promise<void> {
    await this.database.close()
    await this.scratch.drop()
  }
}

/** A batch with a key of its own, arrived now unless told otherwise. */
export const batch = (events: Specimen[], options: Parameters<typeof batchOf>[1] = {}): SealedBatch<BatchTally> => ({
  ...batchOf(events, { arrivedAtMs: NOW_MS, ...options }),
  key: key(randomName()),
})

export const event = (more: Partial<Specimen> = {}): Specimen => ({
  tsMs: NOW_MS,
  status: 200,
  service: 'shop',
  path: '/cart',
  ...more,
})
