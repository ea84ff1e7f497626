import { Client } from 'pg'

/** Stops the server of the run and fails when a test file left its database behind. */
export default async function tearDown() {
  const { run, started, close } = globalThis.statuslineTestServer
  close()
  const server = await started()?.catch(() => undefined)
  if (server === undefined) return
  const leaked = await removeDatabases(server.url, run)
  await server.stop()
  if (leaked.length > 0) throw new Error(`these test files did not drop their database: ${leaked.join(', ')}`)
}

async function removeDatabases(url, run) {
  const admin = new Client(url)
  await admin.connect()
  const { rows } = await admin.query(
    `SELECT datname AS name, shobj_description(oid, 'pg_database') AS file FROM pg_database WHERE starts_with(datname, $1)`,
    [`${run}_`],
  )
  for (const { name } of rows) await admin.query(`DROP DATABASE ${name} WITH (FORCE)`)
  await admin.end()
  return rows.filter(({ name }) => !name.includes('_template')).map(({ name, file }) => file ?? name)
}
