import type { Pool } from 'pg'
import { DataSource } from 'typeorm'
import { entities } from './entities/index.js'
import { CONNECT_TIMEOUT_MS, openPool, session, timeouts, type PoolOptions } from './pool.js'

/** One Postgres: a pool for statements kept as text, and TypeORM for plain rows. */
export interface Database {
  readonly pool: Pool
  readonly dataSource: DataSource
  /** Ends all connections once their work is done. */
  close(): Promise<void>
}

const DATA_SOURCE_CONNECTIONS = 2

/** Opens the pool and the data source; rejects when the server cannot be reached. */
export async function openDatabase(options: PoolOptions): Promise<Database> {
  const pool = openPool(options)
  const dataSource = new DataSource({
    type: 'postgres',
    url: options.url,
    entities: [...entities],
    poolSize: DATA_SOURCE_CONNECTIONS,
    connectTimeoutMS: CONNECT_TIMEOUT_MS,
    applicationName: 'statusline',
    extra: { ...timeouts(options), ...session },
  })
  try {
    await dataSource.initialize()
  } catch (error) {
    await pool.end()
    throw error
  }
  return {
    pool,
    dataSource,
    close: async () => {
      await Promise.all([pool.end(), dataSource.destroy()])
    },
  }
}
