import { DatabaseError, type Pool, type PoolClient, type QueryResultRow } from 'pg'
import { readThrough } from '../fold/read-through.js'
import { Gate } from './gate.js'
import { QueryError } from './query-error.js'
import type { Statement } from './statements/parameters.js'

const QUERY_CANCELED = '57014'
const PASSING_CLASSES = ['08', '53', '57']

/** One unchanging view of the database: all statements of an answer see the same moment. */
export interface Snapshot {
  rows<Row extends QueryResultRow>(statement: Statement): Promise<Row[]>
  /** Hands every row to `each`, some at a time, so that many rows neither hold the thread nor are in memory twice. */
  each<Row extends QueryResultRow>(text: string, each: (row: Row) => void): Promise<void>
}

/** Lets questions at the database, a few at a time, so that they never take the connections that appending and folding need. */
export class Snapshots {
  private readonly gate: Gate

  constructor(
    private readonly pool: Pool,
    concurrent: number,
    private readonly statementTimeoutMs: number,
  ) {
    this.gate = new Gate(concurrent, statementTimeoutMs)
  }

  /** Answers `read` from one snapshot; throws QueryError `timeout` or `unavailable` when the database does. */
  async read<Answer>(read: (snapshot: Snapshot) => Promise<Answer>): Promise<Answer> {
    return this.inTurn(async () => {
      const client = await this.connect()
      // A connection that is cut also says so to whoever holds it; unheard, that ends the process.
      client.on('error', ignore)
      try {
        return await this.readWith(client, read)
      } finally {
        await release(client)
      }
    })
  }

  /** Waits for a turn like every question; for what reads with statements of its own. Throws QueryError as `read` does. */
  async inTurn<Answer>(read: () => Promise<Answer>): Promise<Answer> {
    return this.gate.pass(async () => {
      try {
        return await read()
      } catch (error) {
        throw translated(error)
      }
    })
  }

  private async connect(): Promise<PoolClient> {
    try {
      return await this.pool.connect()
    } catch (error) {
      throw new QueryError('unavailable', `the database does not answer: ${asError(error).message}`)
    }
  }

  private async readWith<Answer>(client: PoolClient, read: (snapshot: Snapshot) => Promise<Answer>): Promise<Answer> {
    // All in one round trip; the whole number cannot be a parameter here. A month by route needs 10 MB to add up without a file
    // (a quarter of its time), and compiling a statement takes longer than running it.
    await client.query(
      `BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
       SET LOCAL statement_timeout = ${Math.round(this.statementTimeoutMs)}; SET LOCAL work_mem = '16MB'; SET LOCAL jit = off`,
    )
    return read({
      rows: async <Row extends QueryResultRow>({ text, values }: Statement) =>
        (await client.query<Row>(text, values)).rows,
      each: (text, each) => readThrough(client, text, each),
    })
  }
}

/** Ends the transaction; a connection that cannot do even that is thrown away. */
async function release(client: PoolClient): Promise<void> {
  try {
    await client.query('ROLLBACK')
    client.off('error', ignore)
    client.release()
  } catch {
    client.release(true)
  }
}

/** The statement under way rejects with the same error. */
const ignore = () => undefined

function translated(error: unknown): unknown {
  if (error instanceof QueryError) return error
  if (error instanceof DatabaseError) {
    const code = error.code ?? ''
    if (code === QUERY_CANCELED)
      return new QueryError('timeout', 'the question takes too long: narrow the range or filter')
    if (PASSING_CLASSES.includes(code.slice(0, 2))) return unavailable(error)
    return error
  }
  const code = (error as NodeJS.ErrnoException | null)?.code
  const cut =
    asError(error).message.startsWith('Connection terminated') || asError(error).message.includes('not queryable')
  return typeof code === 'string' || cut ? unavailable(asError(error)) : error
}

function unavailable(error: Error): QueryError {
  return new QueryError('unavailable', `the database does not answer now: ${error.message}`)
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error))
}
