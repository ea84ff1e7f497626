import { createPrivateKey, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { Config } from './config.js'

interface Pem {
  readonly name: 'tlsCert' | 'tlsKey' | 'tlsCa'
  readonly allowed: string
  read(pem: Buffer): unknown
}

const CERTIFICATE = 'a readable PEM file with a certificate'
const FILES: readonly Pem[] = [
  { name: 'tlsCert', allowed: CERTIFICATE, read: (pem) => new X509Certificate(pem) },
  {
    name: 'tlsKey',
    allowed: 'a readable PEM file with a private key that no passphrase protects',
    read: createPrivateKey,
  },
  { name: 'tlsCa', allowed: CERTIFICATE, read: (pem) => new X509Certificate(pem) },
]

/** What is wrong with the files of the TLS doors, a line each with what is allowed; none: a door can be opened with them. */
export function tlsProblems({ sockets }: Pick<Config, 'sockets'>): string[] {
  if (sockets.syslogTlsPort === undefined) return []
  const problems = FILES.flatMap((file) => fileProblem(file, sockets[file.name]) ?? [])
  return problems.length > 0 || isPair(sockets)
    ? problems
    : [`${named('tlsKey', sockets.tlsKey)}; allowed: the private key of sockets.tlsCert`]
}

const named = (name: string, path: string | undefined): string =>
  `sockets.${name} is ${path === undefined ? 'off' : JSON.stringify(path)}`

function fileProblem({ name, allowed, read }: Pem, path: string | undefined): string | null {
  if (path === undefined)
    return name === 'tlsCa' ? null : `${named(name, path)}; allowed: ${allowed}, as sockets.syslogTlsPort is set`
  try {
    read(readFileSync(path))
    return null
  } catch (error) {
    return `${named(name, path)}; allowed: ${allowed} (${(error as Error).message.split('\n')[0] ?? ''})`
  }
}

function isPair({ tlsCert = '', tlsKey = '' }: Config['sockets']): boolean {
  return new X509Certificate(readFileSync(tlsCert)).checkPrivateKey(createPrivateKey(readFileSync(tlsKey)))
}
