import { ServerProcess, startPostgres15 } from '#testing'

it('is what this run of the suite is about: the server keeps its tables in a PostgreSQL 15', async () => {
  const server = await ServerProcess.start()
  const { rows } = await server.database!.pool.query<{ version: number; cells: string }>(
    `SELECT current_setting('server_version_num')::int / 10000 AS version, to_regclass('cell_1m')::text AS cells`,
  )
  expect(rows).toEqual([{ version: 15, cells: 'cell_1m' }])
  await server.remove()
})

describe('a database whose commits are not durable', () => {
  it.each(['fsync', 'full_page_writes', 'synchronous_commit'])('is refused with %s = off', async (setting) => {
    const careless = await startPostgres15({ [setting]: 'off' })
    try {
      const { code, stdout, stderr } = await ServerProcess.refused({ DATABASE_URL: careless.url, LOG_LEVEL: 'error' })
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
      expect(stderr.trim().split('\n')).toEqual([expect.stringContaining(`${setting} is off`)])
    } finally {
      await careless.stop()
    }
  })
})
