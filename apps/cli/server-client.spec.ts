import { createServer, type Server } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { ServerClient, ServerRefusal, ServerUnreachable, WrongVariable } from './server-client.js'

let server: Server
let url: string
const seen: string[] = []
const STATUSES: Record<string, number> = { '/missing': 404, '/closed': 401 }

beforeAll(async () => {
  server = createServer((request, response) => {
    seen.push(`${request.url} ${request.headers.authorization ?? 'no key'}`)
    response.writeHead(STATUSES[request.url ?? ''] ?? 200).end('{"answer":42}')
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => server.close())
beforeEach(() => seen.splice(0))

describe('ServerClient', () => {
  it('asks with its key, also below a path', async () => {
    expect(await new ServerClient(url, 'slk_1').json('/v1/x?a=b')).toEqual({ answer: 42 })
    await new ServerClient(`${url}/stats/`, undefined).text('/v1/x')
    expect(seen).toEqual(['/v1/x?a=b Bearer slk_1', '/stats/v1/x no key'])
  })

  it('tells a refusal from no answer', async () => {
    await expect(new ServerClient(url, '').text('/missing')).rejects.toThrow(ServerRefusal)
    await expect(new ServerClient('http://127.0.0.1:1', '').text('/')).rejects.toThrow(ServerUnreachable)
  })

  it('says in one line that a server speaks no TLS', async () => {
    const answer = new ServerClient(url.replace('http:', 'https:'), '').text('/')
    await expect(answer).rejects.toThrow(
      /^no answer from https:\/\/127\.0\.0\.1:\d+: nobody speaks TLS there \(\w+\); is it http:\/\/ in STATUSLINE_URL\?$/,
    )
  })

  it('says of a key what the user of the command can do', async () => {
    await expect(new ServerClient(url, '').text('/closed')).rejects.toThrow('set STATUSLINE_KEY')
    await expect(new ServerClient(url, 'slk_1').text('/closed')).rejects.toThrow(
      'does not know the key of STATUSLINE_KEY',
    )
  })

  it.each([
    ['foo', undefined, 'STATUSLINE_URL is "foo"; allowed: an http or https URL such as http://127.0.0.1:8080'],
    ['localhost:8080', undefined, 'STATUSLINE_URL is "localhost:8080"; allowed: an http'],
    ['', undefined, 'STATUSLINE_URL is ""; allowed: an http'],
    ['http://me:hush@127.0.0.1:8080', undefined, 'STATUSLINE_URL is (hidden); allowed: a URL without user'],
    ['http://127.0.0.1:8080', 'hush \u20ac', 'STATUSLINE_KEY is (hidden); allowed: a key'],
    ['http://127.0.0.1:8080', 'hush\nhush', 'STATUSLINE_KEY is (hidden); allowed: a key'],
  ])('names the variable that cannot be used: %j %j', async (base, key, line) => {
    const error = await new ServerClient(base, key).text('/').catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(WrongVariable)
    expect(String(error)).toContain(line)
    expect(String(error)).not.toContain('hush')
  })
})
