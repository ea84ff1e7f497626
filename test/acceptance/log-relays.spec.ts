import { freePort, ServerProcess, TestAuthority } from '#testing'
import { FlakyProxy } from './flaky-proxy.js'
import { Relay } from './relay.js'
import { sourceCounts } from './source-counts.js'

const KEY = 'log-relays-test-key-0123456789'
const LINES = 500
const STATUSES = [200, 200, 200, 404, 502] as const

const authority = new TestAuthority()
const own = authority.issue('statusline')
const client = authority.issue('relay')
let server: ServerProcess
let ports: { readonly syslog: number; readonly tls: number }

beforeAll(async () => {
  ports = { syslog: await freePort(), tls: await freePort() }
  server = await ServerProcess.start({
    STATUSLINE_ADMIN_KEY: KEY,
    SYSLOG_PORT: String(ports.syslog),
    STATUSLINE_SOCKETS_SYSLOG_TLS_PORT: String(ports.tls),
    STATUSLINE_SOCKETS_TLS_CERT: own.certFile,
    STATUSLINE_SOCKETS_TLS_KEY: own.keyFile,
    STATUSLINE_SOCKETS_TLS_CA: authority.ca.certFile,
  })
  server.key = KEY
})
afterAll(async () => {
  await server.remove()
  authority.remove()
})

function clfNow(): string {
  const [, day, month, year, clock] = /, (\d\d) (\w{3}) (\d{4}) ([\d:]{8})/.exec(new Date().toUTCString()) ?? []
  return `${day}/${month}/${year}:${clock} +0000`
}

/** A log with a line in the middle that is no request. */
const poisoned = (log: readonly string[]): string[] => log.toSpliced(log.length / 2, 0, 'cache warmed up')

/** What nginx writes to its log; every line is a request of its own. */
const lines = (service: string): string[] =>
  Array.from({ length: LINES }, (_, i) => {
    const status = STATUSES[i % STATUSES.length] as number
    return `192.0.2.1 - - [${clfNow()}] "GET /a/${i} HTTP/1.1" ${status} 5 "-" "curl \\"x\\"" host=${service} rid=${service}-${i}`
  })

const expected = (...services: string[]): Record<string, number> =>
  Object.fromEntries(
    services.flatMap((service) => [
      [`${service} 200`, (LINES * 3) / 5],
      [`${service} 404`, LINES / 5],
      [`${service} 502`, LINES / 5],
    ]),
  )

it('counts what rsyslog sends over TCP in lines and counted, and under TLS with a certificate of its own', async () => {
  const tcp = `type="omfwd" target="127.0.0.1" protocol="tcp"`
  const relay = await Relay.rsyslog(
    {
      plain: `action(${tcp} port="${ports.syslog}")`,
      counted: `action(${tcp} port="${ports.syslog}" TCP_Framing="octet-counted" template="RSYSLOG_SyslogProtocol23Format")`,
      tls: `action(${tcp} port="${ports.tls}" StreamDriver="ossl" StreamDriverMode="1" StreamDriverAuthMode="x509/name"
        StreamDriverPermittedPeers="localhost" template="RSYSLOG_SyslogProtocol23Format" TCP_Framing="octet-counted")`,
    },
    `defaultNetstreamDriverCAFile="${authority.ca.certFile}" defaultNetstreamDriverCertFile="${client.certFile}"
     defaultNetstreamDriverKeyFile="${client.keyFile}"`,
  )
  try {
    for (const way of ['plain', 'counted', 'tls']) await relay.append(way, lines(way))
    expect(await sourceCounts(server, 'syslog', 3 * LINES)).toEqual({
      counts: expected('plain', 'counted', 'tls'),
      accepted: 3 * LINES,
      rejected: 0,
    })
  } finally {
    await relay.stop()
  }
})

it('counts what rsyslog sends as bulk once, through a lost reply', async () => {
  const proxy = await FlakyProxy.start(server.url)
  proxy.plan('lose')
  const template = `template(name="document" type="list" option.json="on") {
    constant(value="{\\"@timestamp\\":\\"") property(name="timereported" dateFormat="rfc3339")
    constant(value="\\",\\"message\\":\\"") property(name="msg") constant(value="\\"}") }
  template(name="id" type="list") { property(name="uuid") }`
  const relay = await Relay.rsyslog(
    {
      bulk: `action(type="omelasticsearch" server="${proxy.url}" uid="any" pwd="${KEY}" template="document"
      searchIndex="rsyslog" bulkmode="on" bulkid="id" dynbulkid="on" queue.type="linkedList" queue.dequeuebatchsize="100"
      action.resumeretrycount="-1" action.resumeinterval="1")`,
    },
    `) ${template} global(`,
  )
  try {
    await relay.append('bulk', poisoned(lines('bulk')))
    expect(await sourceCounts(server, 'elasticsearch', LINES)).toEqual({
      counts: expected('bulk'),
      accepted: LINES,
      rejected: 1,
    })
    expect(proxy.passed.filter(({ mishap }) => mishap === 'lose').length).toBe(1)
  } finally {
    await relay.stop()
    await proxy.stop()
  }
})

it('counts what syslog-ng sends over TCP in both framings, and over HTTP through refusals and a lost reply', async () => {
  const proxy = await FlakyProxy.start(server.url)
  proxy.plan('refuse', 'lose', 'refuse')
  const before = (await sourceCounts(server, 'syslog', 3 * LINES)).counts
  const relay = await Relay.syslogNg({
    'ng-lines': `network("127.0.0.1" port(${ports.syslog}) transport("tcp") persist-name("lines"));`,
    'ng-counted': `syslog("127.0.0.1" port(${ports.syslog}) transport("tcp") persist-name("counted"));`,
    'ng-http': `http(url("${proxy.url}/v1/ingest/syslog-ng") method("POST") headers("Authorization: Bearer ${KEY}")
      body("$MESSAGE") batch-lines(100) batch-timeout(500) time-reopen(1));`,
  })
  try {
    for (const way of ['ng-lines', 'ng-counted']) await relay.append(way, lines(way))
    await relay.append('ng-http', poisoned(lines('ng-http')))
    expect((await sourceCounts(server, 'syslog', 5 * LINES)).counts).toEqual({
      ...before,
      ...expected('ng-lines', 'ng-counted'),
    })
    expect(await sourceCounts(server, 'syslog-ng', LINES)).toEqual({
      counts: expected('ng-http'),
      accepted: LINES,
      rejected: 1,
    })
    expect(proxy.passed.filter(({ mishap }) => mishap !== null).length).toBe(3)
  } finally {
    await relay.stop()
    await proxy.stop()
  }
})
