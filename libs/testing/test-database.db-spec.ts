import { Client } from 'pg'
import { testDatabase } from './index.js'

describe('testDatabase', () => {
  it('gives each caller a database of its own, with durable settings', async () => {
    const [first, second] = await Promise.all([testDatabase(), testDatabase()])
    await first.pool.query('CREATE TABLE mine (n int)')
    await expect(second.pool.query('SELECT * FROM mine')).rejects.toThrow('does not exist')
    const { rows } = await first.pool.query(
      `SELECT current_setting('fsync') || current_setting('synchronous_commit') || current_setting('full_page_writes') AS durable`,
    )
    expect(rows).toEqual([{ durable: 'ononon' }])
    await Promise.all([first.drop(), second.drop()])
  })

  it('fails the test file that leaves a connection open', async () => {
    const database = await testDatabase({ migrated: false, closedWithinMs: 50 })
    const forgotten = new Client(database.url)
    forgotten.on('error', () => undefined)
    await forgotten.connect()
    await expect(database.drop()).rejects.toThrow('the last connection')
  })
})
