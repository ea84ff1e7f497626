import { Pool, types, type CustomTypesConfig } from 'pg'
import { DataSource } from 'typeorm'
import { entities } from './entities/index.js'

/** One Postgres: a pool for statements kept as text, and TypeORM for plain rows. */
export interface Database {
  readonly pool: Pool
  readonly dataSource: DataSource
  /** Ends all connections once their work is done. */
  close(): Promise<void>
}

export interface DatabaseOptions {
  readonly url: string
  /** Default 10. */
  readonly maxConnections?: number
  /** Longest run of one statement, by the server's own clock; default 10,000 ms. */
  readonly statementTimeoutMs?: number
  /**
   * A statement fails and its connection is given up where the server says nothing for so long: one that is stopped or cut off
   * cannot keep its own time. Default: 5,000 ms longer than a statement may run.
   */
  readonly silenceTimeoutMs?: number
  /** What waits or idles inside a transaction longer than this is cut by the server; default 10,000 ms. */
  readonly idleInTransactionTimeoutMs?: number
}

const DATA_SOURCE_CONNECTIONS = 2
const CONNECT_TIMEOUT_MS = 5_000
const STATEMENT_TIMEOUT_MS = 10_000
const SILENCE_MS = 5_000

/** Opens the pool and the data source; rejects when the server cannot be reached. */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const pool = openPool(options)
  const dataSource = new DataSource({
    type: 'postgres',
    url: options.url,
    entities: [...entities],
    poolSize: DATA_SOURCE_CONNECTIONS,
    connectTimeoutMS: CONNECT_TIMEOUT_MS,
    applicationName: 'statusline',
    extra: { ...timeouts(options), types: numbers },
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

function openPool(options: DatabaseOptions): Pool {
  const pool = new Pool({
    connectionString: options.url,
    max: options.maxConnections ?? 10,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    ...timeouts(options),
    // A process stopped inside a transaction must not hold its keys and its lease for longer than this.
    idle_in_transaction_session_timeout: options.idleInTransactionTimeoutMs ?? 10_000,
    application_name: 'statusline',
    keepAlive: true,
    types: numbers,
  })
  // An idle connection that breaks is replaced at the next use; whoever uses one sees the error of its own statement.
  pool.on('error', () => undefined)
  pool.on('connect', (client) => client.on('error', () => undefined))
  return pool
}

function timeouts(options: DatabaseOptions): { statement_timeout: number; query_timeout: number } {
  const { statementTimeoutMs = STATEMENT_TIMEOUT_MS } = options
  return {
    statement_timeout: statementTimeoutMs,
    query_timeout: options.silenceTimeoutMs ?? statementTimeoutMs + SILENCE_MS,
  }
}

const INT8 = 20
const NUMERIC = 1700

/** bigint and numeric arrive as numbers: exact to 2^53, which is what the contract promises. */
const numbers: CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    oid === INT8 || oid === NUMERIC ? Number : types.getTypeParser(oid, format)) as CustomTypesConfig['getTypeParser'],
}
