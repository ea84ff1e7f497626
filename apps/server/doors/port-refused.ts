import type { Config } from '#platform'
import { StartRefused } from '../start-failure.js'

type Ports = Pick<Config, 'host' | 'syslogPort' | 'sockets'>

/** What became of listening, by the code of the system; gRPC tells the code in its words only. */
const REASONS = [
  ['EADDRINUSE', 'another program listens there already'],
  ['EACCES', 'this user may not listen there'],
] as const

/** An error of a door that cannot be opened, with the setting that names its port; errors of another kind stay what they are. */
export function portRefused(error: unknown, door: string, ports: Ports): unknown {
  const words = String(error instanceof Error && 'code' in error ? `${String(error.code)} ${error.message}` : error)
  const [, reason] = REASONS.find(([code]) => words.includes(code)) ?? []
  if (reason !== undefined) {
    const [setting, port] = settingOf(error, door, ports)
    return new StartRefused(`${setting} is ${port}: ${reason}`)
  }
  return /EADDRNOTAVAIL|ENOTFOUND/.test(words)
    ? new StartRefused(`HOST is ${ports.host}: this machine has no such address`)
    : error
}

function settingOf(error: unknown, door: string, { syslogPort, sockets }: Ports): [string, number | undefined] {
  if (door === 'forward') return ['sockets.forwardPort', sockets.forwardPort]
  if (door === 'als') return ['sockets.alsPort', sockets.alsPort]
  const port = typeof error === 'object' && error !== null && 'port' in error ? error.port : undefined
  return port === syslogPort ? ['SYSLOG_PORT', syslogPort] : ['sockets.syslogTlsPort', sockets.syslogTlsPort]
}
