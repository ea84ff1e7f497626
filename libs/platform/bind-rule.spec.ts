import { judgeCaller, mayListen, type CallerHeaders, type CallerVerdict } from './bind-rule.js'

describe('mayListen', () => {
  const cases: [address: string, withoutKeys: boolean][] = [
    ['127.0.0.1', true],
    ['127.8.9.10', true],
    ['localhost', true],
    ['LOCALHOST', true],
    ['::1', true],
    ['[::1]', true],
    ['0.0.0.0', false],
    ['::', false],
    ['', false],
    ['10.0.0.5', false],
    ['127.0.0.1.example.com', false],
    ['localhost.example.com', false],
    ['1270.0.0.1', false],
    ['::ffff:10.0.0.1', false],
    ['my-host', false],
  ]
  it.each(cases)('on %s without keys: %s', (address, withoutKeys) => {
    expect(mayListen(address, false)).toBe(withoutKeys)
    expect(mayListen(address, true)).toBe(true)
  })
})

describe('judgeCaller', () => {
  const own = { host: 'localhost:8080' }
  const cases: [what: string, headers: CallerHeaders, verdict: CallerVerdict][] = [
    ['curl by name', { host: 'localhost:8080' }, 'local'],
    ['curl by address', { host: '127.0.0.1:8080' }, 'local'],
    ['curl over IPv6', { host: '[::1]:8080' }, 'local'],
    ['a name in capitals', { host: 'LocalHost:1' }, 'local'],
    ['a host without a port', { host: '127.0.0.1' }, 'local'],
    ['no Host at all', {}, 'foreign_host'],
    ['an empty Host', { host: '' }, 'foreign_host'],
    ['a rebound name', { host: 'evil.example:8080' }, 'foreign_host'],
    ['a rebound name that begins like ours', { host: 'localhost.evil.example' }, 'foreign_host'],
    ['a rebound name that ends like ours', { host: 'evil-localhost' }, 'foreign_host'],
    ['a name with credentials', { host: 'localhost@evil.example' }, 'foreign_host'],
    ['another loopback address', { host: '127.0.0.2' }, 'foreign_host'],
    ['an absurd port', { host: 'localhost:123456' }, 'foreign_host'],
    ['a Host with a line break', { host: 'localhost\n' }, 'foreign_host'],
    ['two Hosts in one', { host: 'localhost, evil.example' }, 'foreign_host'],
    ['our own page', { ...own, origin: 'http://localhost:8080', secFetchSite: 'same-origin' }, 'local'],
    ['our own page behind TLS', { ...own, origin: 'https://localhost:8080' }, 'local'],
    ['our own page on the default port', { host: 'localhost:80', origin: 'http://localhost' }, 'local'],
    ['a page elsewhere', { ...own, origin: 'https://evil.example' }, 'foreign_origin'],
    ['a page on another local port', { ...own, origin: 'http://localhost:3000' }, 'foreign_origin'],
    ['a page under another local name', { ...own, origin: 'http://127.0.0.1:8080' }, 'foreign_origin'],
    ['a sandboxed page or a file', { ...own, origin: 'null' }, 'foreign_origin'],
    ['an empty Origin', { ...own, origin: '' }, 'foreign_origin'],
    ['an Origin with our name as user', { ...own, origin: 'http://localhost:8080@evil.example' }, 'foreign_origin'],
    ['a browser extension', { ...own, origin: 'chrome-extension://abc' }, 'foreign_origin'],
    [
      'a rebound page, for which Origin and Host agree',
      { host: 'evil.example', origin: 'http://evil.example', secFetchSite: 'same-origin' },
      'foreign_host',
    ],
    ['an image on a page elsewhere', { ...own, secFetchSite: 'cross-site', secFetchMode: 'no-cors' }, 'cross_site'],
    ['a link on a page elsewhere', { ...own, secFetchSite: 'cross-site', secFetchMode: 'navigate' }, 'cross_site'],
    [
      'an image on a page of another local port',
      { ...own, secFetchSite: 'same-site', secFetchMode: 'no-cors' },
      'cross_site',
    ],
    [
      'a link on a page of another local port',
      { ...own, secFetchSite: 'same-site', secFetchMode: 'navigate' },
      'local',
    ],
    ['an address typed by the visitor', { ...own, secFetchSite: 'none', secFetchMode: 'navigate' }, 'local'],
    ['an unknown Sec-Fetch-Site', { ...own, secFetchSite: 'elsewhere' }, 'cross_site'],
  ]
  it.each(cases)('%s', (_, headers, verdict) => {
    expect(judgeCaller(headers)).toBe(verdict)
  })
})
