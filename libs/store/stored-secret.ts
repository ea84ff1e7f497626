import { randomBytes } from 'node:crypto'
import type { Pool } from 'pg'

const SECRET_BYTES = 32

/** The secret of this name, random, made by whichever replica asks first and the same for all of them ever after. */
export async function storedSecret(pool: Pool, name: string): Promise<Uint8Array> {
  await pool.query('INSERT INTO secret (name, value) VALUES ($1, $2) ON CONFLICT DO NOTHING', [
    name,
    randomBytes(SECRET_BYTES),
  ])
  const { rows } = await pool.query<{ value: Buffer }>('SELECT value FROM secret WHERE name = $1', [name])
  const value = rows[0]?.value
  if (value === undefined) throw new Error(`the secret ${name} is gone from the database`)
  return value
}
