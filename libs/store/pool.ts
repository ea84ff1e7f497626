import { Pool, types, type ClientBase, type CustomTypesConfig } from 'pg'

export interface PoolOptions {
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
  /** A connection that nobody uses is closed after so long; default 10,000 ms. */
  readonly idleMs?: number
}

export const CONNECT_TIMEOUT_MS = 5_000
const STATEMENT_TIMEOUT_MS = 10_000
const SILENCE_MS = 5_000

/** Connections for statements kept as text; the first is made when it is needed. */
export function openPool(options: PoolOptions): Pool {
  const pool = new Pool({
    connectionString: options.url,
    max: options.maxConnections ?? 10,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    idleTimeoutMillis: options.idleMs ?? 10_000,
    ...timeouts(options),
    // A process stopped inside a transaction must not hold its keys and its lease for longer than this.
    idle_in_transaction_session_timeout: options.idleInTransactionTimeoutMs ?? 10_000,
    application_name: 'statusline',
    keepAlive: true,
    ...session,
  })
  // An idle connection that breaks is replaced at the next use; whoever uses one sees the error of its own statement.
  pool.on('error', () => undefined)
  pool.on('connect', (client) => client.on('error', () => undefined))
  return pool
}

const INT8 = 20
const NUMERIC = 1700

/** bigint and numeric arrive as numbers: exact to 2^53, which is what the contract promises. */
const numbers: CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    oid === INT8 || oid === NUMERIC ? Number : types.getTypeParser(oid, format)) as CustomTypesConfig['getTypeParser'],
}

/**
 * What every connection starts with. What is read and written must not depend on what the database, or the role, was told to do for
 * others: how backslashes and times are read, how many digits numbers have, what a transaction sees.
 */
const SESSION = `
SET standard_conforming_strings = on;
SET datestyle = ISO;
SET intervalstyle = postgres;
SET bytea_output = hex;
SET extra_float_digits = 1;
SET default_transaction_isolation = 'read committed'`

/** How the driver begins a connection and reads its values. */
export const session = {
  types: numbers,
  onConnect: async (client: ClientBase): Promise<void> => void (await client.query(SESSION)),
}

/** How long a statement may take, as the driver wants to be told. */
export function timeouts(options: PoolOptions): { statement_timeout: number; query_timeout: number } {
  const { statementTimeoutMs = STATEMENT_TIMEOUT_MS } = options
  return {
    statement_timeout: statementTimeoutMs,
    query_timeout: options.silenceTimeoutMs ?? statementTimeoutMs + SILENCE_MS,
  }
}
