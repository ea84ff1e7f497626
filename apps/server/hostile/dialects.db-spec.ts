import { testDatabase, type TestDatabase } from '#testing'
import { DIALECTS } from '../doors/dialects.js'
import { Refusal } from '../http/refusal.js'
import { sendRaw, startServerUnderTest, type RawReply, type ServerUnderTest } from '../testing/server-under-test.js'
import { head, postTo, raw } from './testing/hostile-request.js'

const BODY_LIMIT = 100_000
const WRONG = 'Bearer wrong-wrong-wrong'

let database: TestDatabase
/** Without a key, on loopback. */
let open: ServerUnderTest
let locked: ServerUnderTest

beforeAll(async () => {
  database = await testDatabase()
  const settings = { DATABASE_URL: database.url, STATUSLINE_LIMITS_BODY_BYTES: String(BODY_LIMIT) }
  open = await startServerUnderTest(settings)
  locked = await startServerUnderTest({ ...settings, STATUSLINE_ADMIN_KEY: 'dialects-test-key-0123456789' })
})
afterAll(async () => {
  await open.stop()
  await locked.stop()
  await database.drop()
})

const addressOf = (path: string): string => path.replaceAll(/:\w+/g, 'x')

/** Every address that takes a body, with one of its methods. */
const BODIES = DIALECTS.flatMap((dialect) =>
  dialect.bodies.map(({ methods, path }) => ({ dialect, method: methods[0] ?? 'POST', path: addressOf(path) })),
)

/** By what a browser gives a page of another origin away. */
const PAGES = [
  ['a page elsewhere', 'Host: localhost:PORT\nOrigin: https://evil.example', 'foreign_origin'],
  ['a page under a rebound name', 'Host: evil.example:PORT\nOrigin: http://evil.example:PORT', 'foreign_host'],
  ['a form elsewhere', 'Host: localhost:PORT\nSec-Fetch-Site: cross-site', 'foreign_origin'],
] as const

/** What the dialect says to a refusal at an address. */
function words(
  { dialect, method, path }: (typeof BODIES)[number],
  refusal: Refusal,
  headers: Readonly<Record<string, string>> = {},
): [status: number, body: string] {
  const params = { index: 'x', source: 'x' }
  const { statusCode, body = '' } = dialect.refused(refusal, { method, url: path, params, query: {}, headers })
  if (body instanceof Uint8Array) return [statusCode, Buffer.from(body).toString('utf8')]
  return [statusCode, typeof body === 'string' ? body : JSON.stringify(body)]
}

const told = ({ status, body }: RawReply): [status: number, body: string] => [status, body]
/** Firehose's words hold a time and an id of the request. */
const steady = ([status, body]: [number, string]): [number, string] => [
  status,
  body.replaceAll(/"(timestamp|requestId)":("[^"]*"|\d+)/g, '"$1":0'),
]

describe.each(BODIES.map((address) => [`${address.method} ${address.path}`, address] as const))(
  '%s',
  (_line, address) => {
    const { method, path } = address

    it.each(PAGES)('refuses %s in its own words, on a server without keys', async (_page, fields, code) => {
      const text = `${method} ${path} HTTP/1.1\n${fields.replaceAll('PORT', String(open.port))}\nContent-Length: 14\n\n{"status":500}`
      const reply = await sendRaw(open.port, raw(text)())
      expect(steady(told(reply))).toEqual(steady(words(address, new Refusal(code))))
      expect(reply.status).toBe(403)
      expect(reply.headers).not.toHaveProperty('access-control-allow-origin')
    })

    it('refuses a wrong key, a method that is not its own, and a body past the limit', async () => {
      const wrong = postTo(path, '{"status":500}', `Authorization: ${WRONG}`)
      expect(steady(told(await sendRaw(locked.port, wrong())))).toEqual(
        steady(words(address, new Refusal('unauthenticated'), { authorization: WRONG })),
      )
      expect((await sendRaw(open.port, head(`DELETE ${path} HTTP/1.1`)())).status).toBe(405)
      const large = postTo(path, Buffer.alloc(BODY_LIMIT + 1, ' '))
      expect(steady(told(await sendRaw(open.port, large())))).toEqual(
        steady(words(address, new Refusal('body_too_large', { limit: BODY_LIMIT, when: 'as sent' }))),
      )
    })
  },
)

it('has counted nothing of all that', async () => {
  expect(await (await fetch(`${open.url}/v1/sources`)).json()).toEqual([])
})
