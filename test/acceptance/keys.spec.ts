import { ServerProcess, pollUntil, statusline } from '#testing'

const ADMIN = 'an-admin-key-of-many-characters'
let server: ServerProcess

beforeAll(async () => {
  server = await ServerProcess.start({ STATUSLINE_ADMIN_KEY: ADMIN, HOST: '0.0.0.0' })
  server.url = server.url.replace('0.0.0.0', '127.0.0.1')
})
afterAll(() => server.remove())

const cli = (key: string, ...args: string[]) => statusline(server.url, args, { key }).done

const statusOf = async (path: string, key: string | null, body?: string): Promise<number> => {
  const headers: Record<string, string> = key === null ? {} : { authorization: `Bearer ${key}` }
  const init = body === undefined ? { headers } : { method: 'POST', body, headers }
  return (await fetch(server.url + path, init)).status
}

it('keys are needed from the first start on', async () => {
  expect(await statusOf('/healthz', null)).toBe(200)
  expect(await statusOf('/metrics', null)).toBe(401)
  expect(await statusOf('/v1/ingest', null, '{"status":200}')).toBe(401)
  expect(await statusOf('/v1/ingest', 'a-key-that-nobody-made', '{"status":200}')).toBe(401)
  expect(await statusOf('/metrics', ADMIN)).toBe(200)
})

it('keys are made, listed and revoked on the command line', async () => {
  const made = await cli(ADMIN, 'keys', 'create', 'edge', '--scope', 'ingest', '--source', 'edge')
  expect(made).toMatchObject({ code: 0 })
  const key = made.stdout.split('\n')[0]!
  const id = /key (\d+) "edge"/.exec(made.stdout)![1]!
  expect(await statusOf('/v1/ingest/edge', key, '{"status":200}')).toBe(202)
  expect(await statusOf('/v1/ingest/other', key, '{"status":200}')).toBe(403)
  expect(await statusOf('/metrics', key)).toBe(403)
  expect(await statusOf('/v1/keys', key)).toBe(403)
  expect(await statusOf('/v1/rejects', key)).toBe(403)

  const listed = await cli(ADMIN, 'keys', 'list')
  expect(listed).toMatchObject({ code: 0, stdout: expect.stringContaining('edge') })
  expect(listed.stdout).not.toContain(key)
  expect(await cli(key, 'keys', 'list')).toMatchObject({ code: 1, stderr: expect.stringContaining('admin') })
  expect(await cli(ADMIN, 'keys', 'revoke', id)).toMatchObject({ code: 0 })
  await pollUntil(async () => (await statusOf('/v1/ingest/edge', key, '{"status":200}')) === 401, {
    deadlineMs: 60_000,
    what: 'the revoked key to be refused',
  })
})

it('keys let the doctor examine the server', async () => {
  expect(await cli(ADMIN, 'doctor')).toMatchObject({ code: 0, stdout: expect.stringContaining('source edge') })
  expect(await statusline(server.url, ['doctor']).done).toMatchObject({ code: 1 })
})

it('keys let an administrator list and replay what was rejected', async () => {
  server.key = ADMIN
  await server.json('/v1/ingest/bad', '{"status":"twenty"}')
  const listed = await cli(ADMIN, 'rejects', 'list', '--source', 'bad')
  expect(listed).toMatchObject({ code: 0, stdout: expect.stringContaining('bad_status') })
  expect(await cli(ADMIN, 'rejects', 'replay', '--source', 'bad')).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('0 records counted now, 1 rejected again'),
  })
  expect(await statusline(server.url, ['rejects', 'list']).done).toMatchObject({ code: 1 })
})

it('keys outlive a restart without the admin key in the environment', async () => {
  expect(await cli(ADMIN, 'keys', 'create', 'reader', '--scope', 'read')).toMatchObject({ code: 0 })
  expect(await server.end('SIGTERM')).toBe(0)
  await server.start({ STATUSLINE_ADMIN_KEY: 'off' })
  server.url = server.url.replace('0.0.0.0', '127.0.0.1')
  expect(await statusOf('/metrics', null)).toBe(401)
})
