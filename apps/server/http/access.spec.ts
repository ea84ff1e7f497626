import type { IncomingMessage } from 'node:http'
import { decideScope, LOCAL_CALLER, tokenOf, type Principal } from './access.js'
import { Gate, KeyRing } from './gate.js'

const READER: Principal = { keyId: '1', scopes: ['read'], source: null }

const basic = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`

describe('tokenOf', () => {
  it.each<[Record<string, string>, string | null, string]>([
    [{ authorization: 'Bearer slk_1' }, 'slk_1', 'bearer'],
    [{ authorization: 'bearer slk_1' }, 'slk_1', 'the scheme in any case'],
    [{ authorization: 'ApiKey slk_1' }, 'slk_1', 'schemes of other dialects'],
    [{ 'x-api-key': 'slk_1' }, 'slk_1', 'a header of its own'],
    [{ authorization: basic('anyone:slk_1') }, 'slk_1', 'the password of Basic'],
    [{ authorization: basic(':a:b') }, 'a:b', 'a password may hold colons'],
    [{ authorization: basic('slk_1') }, null, 'no colon, no password'],
    [{ authorization: basic('slk_1:') }, 'slk_1', 'a user alone, as in an address'],
    [{ authorization: 'Basic !!!' }, null, 'not base64'],
    [{ authorization: 'Bearer' }, null, 'a scheme alone'],
    [{ 'x-api-key': '' }, null, 'an empty header'],
    [{}, null, 'nothing'],
  ])('%j → %j: %s', (headers, token) => {
    expect(tokenOf(headers)).toBe(token)
  })
})

describe('decideScope', () => {
  it('asks nothing on open routes', () => {
    expect(decideScope(null, 'open')).toHaveProperty('allow')
  })
  it('refuses a caller without a key', () => {
    expect(decideScope(null, 'read')).toEqual({ refuse: 'unauthenticated' })
  })
  it('refuses a key without the scope', () => {
    expect(decideScope(READER, 'ingest')).toEqual({ refuse: 'missing_scope', details: { scope: 'ingest' } })
  })
  it('admits a key with the scope', () => {
    expect(decideScope(READER, 'read')).toEqual({ allow: READER })
  })
  it('admits any key, and nobody without one, where the scope does not matter', () => {
    expect(decideScope({ ...READER, scopes: [] }, 'any_key')).toHaveProperty('allow')
    expect(decideScope(null, 'any_key')).toEqual({ refuse: 'unauthenticated' })
  })
})

class Ring extends KeyRing {
  constructor(override readonly required: boolean) {
    super()
  }
  override find(token: string): Principal | null {
    return token === 'slk_good' ? READER : null
  }
}

const request = (headers: Record<string, string>): IncomingMessage => ({ headers }) as unknown as IncomingMessage

describe('Gate without keys', () => {
  const gate = new Gate(new Ring(false))

  it.each<[Record<string, string>, string, string]>([
    [{ host: 'localhost:8080' }, 'local', 'a program of this machine'],
    [{ host: '127.0.0.1' }, 'local', 'by number'],
    [{ host: '[::1]:8080' }, 'local', 'by IPv6 number'],
    [{ host: 'LOCALHOST:1' }, 'local', 'in capitals'],
    [{}, 'foreign_host', 'no Host'],
    [{ host: 'rebound.example' }, 'foreign_host', 'a rebinding name'],
    [{ host: 'localhost.rebound.example' }, 'foreign_host', 'a name that begins like ours'],
    [{ host: 'localhost@rebound.example' }, 'foreign_host', 'a name behind a user'],
    [{ host: '127.0.0.1.nip.io' }, 'foreign_host', 'a name that begins like our number'],
    [{ host: '0.0.0.0' }, 'foreign_host', 'the number that browsers let through'],
    [{ host: 'localhost:8080', origin: 'http://localhost:8080' }, 'local', 'our own page'],
    [{ host: 'localhost:8080', origin: 'http://localhost:3000' }, 'foreign_origin', 'a page of another port'],
    [{ host: 'localhost:8080', origin: 'https://evil.example' }, 'foreign_origin', 'a page elsewhere'],
    [{ host: 'localhost:8080', origin: 'null' }, 'foreign_origin', 'a sandboxed frame or a file'],
    [{ host: 'localhost:8080', origin: '' }, 'foreign_origin', 'an empty origin'],
    [{ host: 'localhost:8080', 'sec-fetch-site': 'cross-site' }, 'foreign_origin', 'an image or form elsewhere'],
    [{ host: 'localhost:8080', 'sec-fetch-site': 'same-site' }, 'foreign_origin', 'a fetch of another port'],
    [{ host: 'localhost:8080', 'sec-fetch-site': 'same-origin' }, 'local', 'a fetch of our page'],
    [{ host: 'localhost:8080', 'sec-fetch-site': 'none' }, 'local', 'the address bar'],
  ])('%j → %s: %s', (headers, verdict) => {
    const decision = verdict === 'local' ? { allow: LOCAL_CALLER } : { refuse: verdict }
    for (const scope of ['open', 'ingest', 'read', 'admin'] as const)
      expect(gate.decide(request(headers), scope)).toEqual(decision)
  })
})

describe('Gate with keys', () => {
  const gate = new Gate(new Ring(true))
  const login = basic('u:slk_good')

  it.each<[Record<string, string>, object, string]>([
    [{ host: 'stats.example', 'x-api-key': 'slk_good' }, { allow: READER }, 'any name is served'],
    [{ 'x-api-key': 'slk_bad' }, { refuse: 'unauthenticated' }, 'an unknown key'],
    [{}, { refuse: 'unauthenticated' }, 'no key'],
    [{ authorization: login }, { allow: READER }, 'a program with a password'],
    [{ authorization: login, 'sec-fetch-site': 'same-origin' }, { allow: READER }, 'our own page'],
    [
      { authorization: login, 'sec-fetch-site': 'cross-site' },
      { refuse: 'foreign_origin' },
      'a remembered password, misused by another page',
    ],
    [
      { authorization: login, host: 'stats.example', origin: 'https://evil.example' },
      { refuse: 'foreign_origin' },
      'the same in an old browser',
    ],
    [
      { 'x-api-key': 'slk_good', origin: 'https://other.example' },
      { allow: READER },
      'a page that knows the key may use it',
    ],
  ])('%j → %j: %s', (headers, decision) => {
    expect(gate.decide(request(headers), 'read')).toEqual(decision)
  })
})
