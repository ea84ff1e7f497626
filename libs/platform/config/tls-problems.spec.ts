import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { TestAuthority } from '#testing'
import { loadConfig } from './load-config.js'
import { settingProblems } from './setting-problems.js'

const authority = new TestAuthority()
const own = authority.issue('server')
const other = authority.issue('other')
const noPem = join(authority.folder, 'notes.txt')
writeFileSync(noPem, 'no certificate')
afterAll(() => authority.remove())

const NOTHING = { formats: ['auto'], formatProblems: [], ruleProblems: [] }

function problems(files: Record<string, string>): string[] {
  const named = Object.entries(files).map(([name, path]) => [`STATUSLINE_SOCKETS_TLS_${name}`, path])
  const env = { STATUSLINE_SOCKETS_SYSLOG_TLS_PORT: '6514', ...(Object.fromEntries(named) as Record<string, string>) }
  return settingProblems(
    loadConfig(env, () => ''),
    NOTHING,
  )
}

const CERTIFICATE = 'a readable PEM file with a certificate'
const KEY = 'a readable PEM file with a private key that no passphrase protects'

it('finds nothing wrong with a certificate, its key and an authority', () => {
  expect(problems({ CERT: own.certFile, KEY: own.keyFile, CA: authority.ca.certFile })).toEqual([])
})

it('asks for no file where no port is set', () => {
  expect(
    settingProblems(
      loadConfig({ STATUSLINE_SOCKETS_TLS_CERT: '/nowhere' }, () => ''),
      NOTHING,
    ),
  ).toEqual([])
})

it.each<[string, Record<string, string>, string[]]>([
  [
    'no files',
    {},
    [
      `sockets.tlsCert is off; allowed: ${CERTIFICATE}, as sockets.syslogTlsPort is set`,
      `sockets.tlsKey is off; allowed: ${KEY}, as sockets.syslogTlsPort is set`,
    ],
  ],
  [
    'a file that is not there',
    { CERT: '/nowhere/a.pem', KEY: own.keyFile },
    [`sockets.tlsCert is "/nowhere/a.pem"; allowed: ${CERTIFICATE} (ENOENT: `],
  ],
  [
    'a file that is no key',
    { CERT: own.certFile, KEY: noPem },
    [`sockets.tlsKey is "${noPem}"; allowed: ${KEY} (error:`],
  ],
  [
    'the key of another certificate',
    { CERT: own.certFile, KEY: other.keyFile },
    [`sockets.tlsKey is "${other.keyFile}"; allowed: the private key of sockets.tlsCert`],
  ],
  [
    'an authority that is none',
    { CERT: own.certFile, KEY: own.keyFile, CA: noPem },
    [`sockets.tlsCa is "${noPem}"; allowed: ${CERTIFICATE} (error:`],
  ],
])('names the setting and what is allowed: %s', (_what, files, expected) => {
  const found = problems(files)
  expect(found.map((line, i) => line.slice(0, expected[i]?.length ?? 0))).toEqual(expected)
  expect(found.every((line) => !line.includes('\n'))).toBe(true)
})
