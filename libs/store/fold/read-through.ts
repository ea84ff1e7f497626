import type { PoolClient, QueryResultRow } from 'pg'

const AT_ONCE = 2_000

/** Hands every row of a question to `each`, some at a time: all rows of a large table at once took hundreds of MB, and held the thread for seconds. */
export async function readThrough<Row extends QueryResultRow>(
  client: PoolClient,
  text: string,
  each: (row: Row) => void,
): Promise<void> {
  await client.query(`DECLARE reading NO SCROLL CURSOR FOR ${text}`)
  let rows: readonly Row[]
  do {
    rows = (await client.query<Row>(`FETCH ${AT_ONCE} FROM reading`)).rows
    for (const row of rows) each(row)
  } while (rows.length === AT_ONCE)
  await client.query('CLOSE reading')
}
