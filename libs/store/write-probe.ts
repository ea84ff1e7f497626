import type { Pool } from 'pg'

/** 16 pages of 8 KiB: an update in place would succeed on a disk that has no room for the next batch. */
const FILL = `
TRUNCATE write_probe;
INSERT INTO write_probe SELECT repeat('x', 1900) FROM generate_series(1, 64)`

/** Makes one committed write that needs new room on the disk, 128 KiB; rejects with the database's error when it cannot. */
export async function probeWrite(pool: Pool): Promise<void> {
  // Several statements in one text are one transaction.
  await pool.query(FILL)
}
