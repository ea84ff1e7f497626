import { testDatabase, type TestDatabase } from '#testing'
import { storedSecret } from './stored-secret.js'
import { probeWrite } from './write-probe.js'

let database: TestDatabase
beforeAll(async () => {
  database = await testDatabase()
})
afterAll(() => database.drop())

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

describe('storedSecret', () => {
  it('is made once, at random, for everybody who asks', async () => {
    const all = await Promise.all(Array.from({ length: 5 }, () => storedSecret(database.pool, 'consumers')))
    expect(new Set(all.map(hex)).size).toBe(1)
    expect(all[0]?.length).toBe(32)
    expect(hex(await storedSecret(database.pool, 'other'))).not.toBe(hex(all[0] ?? new Uint8Array()))
  })
})

describe('probeWrite', () => {
  it('takes new room on the disk at every turn, and keeps no more than one turn of it', async () => {
    const place = async () =>
      (
        await database.pool.query<{ file: string; size: string }>(
          `SELECT pg_relation_filepath('write_probe') AS file, pg_relation_size('write_probe')::text AS size`,
        )
      ).rows[0]
    await probeWrite(database.pool)
    const first = await place()
    await probeWrite(database.pool)
    const second = await place()
    expect(second?.file).not.toBe(first?.file)
    expect(second?.size).toBe(first?.size)
    expect(Number(first?.size)).toBeGreaterThanOrEqual(128 * 1024)
  })

  it('succeeds while a backup reads the table', async () => {
    const backup = await database.pool.connect()
    try {
      await backup.query('BEGIN')
      await backup.query('LOCK TABLE write_probe IN ACCESS SHARE MODE')
      await probeWrite(database.pool)
    } finally {
      await backup.query('ROLLBACK')
      backup.release()
    }
    const { rows } = await database.pool.query<{ lines: number }>('SELECT count(*)::int AS lines FROM write_probe')
    expect(rows[0]?.lines).toBeGreaterThanOrEqual(64)
    const kept = await database.pool.query<{ lock_timeout: string }>('SHOW lock_timeout')
    expect(kept.rows[0]?.lock_timeout).toBe('0')
  })
})
