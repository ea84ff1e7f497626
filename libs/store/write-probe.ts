import type { Pool } from 'pg'

/** 16 pages of 8 KiB: an update in place would succeed on a disk that has no room for the next batch. */
const FILL = `INSERT INTO write_probe SELECT repeat('x', 1900) FROM generate_series(1, 64)`

/** Several statements in one text are one transaction. */
const FILL_ANEW = `
SET LOCAL lock_timeout = '500ms';
TRUNCATE write_probe;
${FILL}`

const LOCK_NOT_AVAILABLE = '55P03'

/** Makes one committed write that needs new room on the disk, 128 KiB; rejects with the database's error when it cannot. */
export async function probeWrite(pool: Pool): Promise<void> {
  try {
    await pool.query(FILL_ANEW)
  } catch (error) {
    if ((error as { code?: string }).code !== LOCK_NOT_AVAILABLE) throw error
    // A backup reads the table for as long as it runs; the next probe after it empties the table again.
    await pool.query(FILL)
  }
}
