import { OUTCOMES, OWNERS } from '#catalog'
import { isCidr } from '../peer-rules.js'
import { listOf, mapOf, may, must, record } from './collection.js'
import {
  bytes,
  flag,
  hiddenWhenWrong,
  integer,
  lines,
  oneOf,
  orAuto,
  orOff,
  secret,
  share,
  text,
  type Kind,
} from './kind.js'

const KIB = 1024
const MIB = 1024 * KIB
const GIB = 1024 * MIB

/** One setting: how to read it, what it is without a word from the operator, and a sentence on what it does. */
export interface Setting<T> {
  readonly kind: Kind<T>
  readonly fallback: T
  readonly says: string
  /** Its environment variable where it is not STATUSLINE_ and the path in capitals. */
  readonly env?: string
}

function setting<T>(kind: Kind<T>, fallback: NoInfer<T>, says: string, env?: string): Setting<T> {
  return { kind, fallback, says, ...(env === undefined ? {} : { env }) }
}

const name = text('up to 200 characters', (value) => value.length <= 200)
const url = text('an http or https URL', (value) => URL.canParse(value) && /^https?:$/.test(new URL(value).protocol))
const postgresUrl = text(
  'a postgresql:// URL',
  (value) => URL.canParse(value) && /^postgres(ql)?:$/.test(new URL(value).protocol),
)
const hostName = text('a host name or an IP address', (value) => /^[\w.:-]{1,253}$/.test(value))
const adminKey = text('at least 16 printable characters without spaces', (value) =>
  /^[\u0021-\u007E]{16,512}$/.test(value),
)
const timeZone = text('an IANA time zone such as Europe/Berlin', (value) => isTimeZone(value))

function isTimeZone(value: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: value }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}

const port = orOff(integer(0, 65_535))
const file = orOff(text('the path of a file'))
const peerRule = record({
  cidr: must(text('an address or a network such as 10.0.0.0/8', isCidr)),
  source: must(text('a source name', (value) => /^[\w.:/-]{1,100}$/.test(value))),
})

const overlayCode = record({
  code: must(integer(100, 999)),
  name: must(name),
  description: may(text('one sentence')),
  whenToUse: may(text('one sentence')),
  example: may(text('one sentence')),
  outcome: may(oneOf(OUTCOMES)),
  owner: may(oneOf(OWNERS)),
  retryable: may(flag),
  source: may(name),
})

const sourceSettings = record({
  format: may(text('the name of a format', (value) => /^[a-z][\w-]{0,63}$/.test(value))),
  timezone: may(timeZone),
  hashConsumers: may(flag),
  sampleRate: may(share),
  side: may(oneOf(['outbound', 'inbound', 'both'])),
  eventIds: may(oneOf(['off', 'event_id', 'request_id'])),
  routes: may(
    listOf(text('a route template such as /orders/{id}', (value) => value.startsWith('/') && value.length <= 1024)),
  ),
})

const directive = may(lines('the directive as the gateway has it'))
const ownFormat = record({
  nginx: directive,
  apache: directive,
  envoy: directive,
  haproxy: directive,
  w3c: directive,
})

const webhook = record({
  name: must(text('letters, digits, _ and -', (value) => /^[\w-]{1,64}$/.test(value))),
  url: must(hiddenWhenWrong(url)),
  secret: must(secret(text('at least 16 characters', (value) => value.length >= 16))),
  allowPrivate: may(flag),
})

/** What a rule may be given: whichever of its numbers and words the operator wants otherwise. */
const ruleChange: Kind<ReadonlyMap<string, number | boolean | string>> = mapOf(
  {
    allowed: 'a number, true, false or a word',
    read: (value, path) => {
      if (typeof value === 'number' && Number.isFinite(value)) return value
      return typeof value === 'boolean' ? value : name.read(value, path)
    },
  },
  'a field of the rule',
)

/** Every setting there is, by its place in the YAML file. */
export const SETTINGS = {
  host: setting(hostName, '127.0.0.1', 'Address to listen on; other than loopback needs an API key.', 'HOST'),
  port: setting(integer(0, 65_535), 8080, 'TCP port to listen on; 0 takes any free one, which is printed.', 'PORT'),
  databaseUrl: setting(
    orOff(secret(postgresUrl)),
    undefined,
    'PostgreSQL 15 or newer to use; off starts the embedded one.',
    'DATABASE_URL',
  ),
  dataDir: setting(text('a folder'), './data', 'Folder of the embedded PostgreSQL.', 'STATUSLINE_DATA'),
  role: setting(
    oneOf(['all', 'ingest', 'fold', 'query', 'alert']),
    'all',
    'Which part of the work this process does.',
    'STATUSLINE_ROLE',
  ),
  adminKey: setting(
    orOff(secret(adminKey)),
    undefined,
    'An API key with all scopes; makes keys required from the first start.',
    'STATUSLINE_ADMIN_KEY',
  ),
  journal: setting(
    oneOf(['postgres']),
    'postgres',
    'Where acknowledged batches wait until they are folded.',
    'JOURNAL',
  ),
  syslogPort: setting(port, undefined, 'UDP and TCP port of the syslog door; 0 takes any free one.', 'SYSLOG_PORT'),
  logLevel: setting(
    oneOf(['debug', 'info', 'warn', 'error', 'silent']),
    'info',
    'The least serious log line that is written.',
    'LOG_LEVEL',
  ),
  foldIntervalMs: setting(integer(50, 60_000), 500, 'Pause between two folds of the journal into the counts.'),
  zeroCodes: setting(
    listOf(integer(100, 599), 100),
    [200, 429, 500, 502, 503, 504],
    'Codes that every known service shows at 0 before their first response.',
  ),
  codes: setting(listOf(overlayCode), [], 'Status codes of your own, laid over the catalogue.'),
  formats: setting(
    mapOf(ownFormat, 'a format name'),
    new Map(),
    "Formats of your own, each compiled from one directive: nginx's log_format, Apache's LogFormat, and their like.",
  ),
  sources: setting(mapOf(sourceSettings, 'a source name'), new Map(), 'What to know about single sources.'),
  sockets: {
    allow: setting(
      listOf(peerRule, 1_000),
      [],
      'Networks that may send to doors which cannot carry a key, each with its source; the first that fits decides. None: only this machine.',
    ),
    syslogTlsPort: setting(port, undefined, 'TCP port of syslog under TLS, usually 6514.'),
    tlsCert: setting(file, undefined, 'Certificate chain of the TLS doors, PEM.'),
    tlsKey: setting(file, undefined, 'Private key of the TLS doors, PEM.'),
    tlsCa: setting(file, undefined, 'Authority whose client certificates are asked for, PEM; off: none are.'),
    forwardPort: setting(port, undefined, 'TCP port of the Fluent forward door, usually 24224.'),
    forwardSharedKey: setting(
      orOff(secret(text('at least 8 characters', (value) => value.length >= 8))),
      undefined,
      'Shared key of the Fluent forward door; off: senders are known by their address alone.',
    ),
    alsPort: setting(port, undefined, "TCP port of Envoy's gRPC access log service."),
    messageBytes: setting(bytes(256, MIB), 64 * KIB, 'Longest syslog message; what is longer keeps its head.'),
  },
  limits: {
    bodyBytes: setting(bytes(KIB, GIB), 64 * MIB, 'Largest request body as sent.'),
    decodedBytes: setting(bytes(KIB, 4 * GIB), 256 * MIB, 'Largest request body after decompression.'),
    lineBytes: setting(bytes(KIB, 64 * MIB), MIB, 'Longest single log line or record.'),
    concurrentBodyBytes: setting(
      bytes(MIB, 64 * GIB),
      256 * MIB,
      'Memory that request bodies under way may hold, of one source at most half; beyond it the answer is 503.',
    ),
    concurrentBodies: setting(
      integer(1, 2_000),
      64,
      'Request bodies that are taken at one time however slow the answers; more only while answers are in time beside what these take.',
    ),
    answerMs: setting(
      integer(1, 4_000),
      5,
      'Time from the end of a body to its acknowledgement that is never late; else it is late at half as much again as usual, and while answers are late fewer bodies are taken and the answer is 503.',
    ),
    journalBytes: setting(
      bytes(MIB, 1024 * GIB),
      4 * GIB,
      'Bytes of acknowledged batches that may wait to be folded; beyond it the answer is 503.',
    ),
    headerCount: setting(integer(10, 2_000), 100, 'Most header fields of one request.'),
    headerBytes: setting(bytes(KIB, MIB), 16 * KIB, 'Largest header of one request.'),
    slowBodyMs: setting(
      integer(100, 3_600_000),
      30_000,
      'Time without a byte of a body after which the answer is 408.',
    ),
    slowBodyBytesPerSecond: setting(
      integer(1, 1_000_000_000),
      1_024,
      'Mean rate that a body must keep after its first slowBodyMs.',
    ),
    sourceEventsPerSecond: setting(
      integer(1, 1_000_000_000),
      1_000_000,
      'Events one source may send each second, ten seconds of them at once; beyond it the answer is 429.',
    ),
    graphqlDepth: setting(integer(2, 100), 16, 'Deepest nesting of a GraphQL query.'),
    graphqlFields: setting(integer(10, 100_000), 1_000, 'Most fields of a GraphQL query, all fragments spread.'),
    graphqlQuestions: setting(integer(1, 1_000), 20, 'Most questions in one GraphQL query, aliases counted.'),
    queryTimeoutMs: setting(integer(10, 600_000), 10_000, 'Longest time one question may take.'),
  },
  budgets: {
    sources: setting(integer(1, 1_000_000), 1_000, 'Most sources; later ones are counted under {other}.'),
    seriesPerSource: setting(
      integer(1, 10_000_000),
      10_000,
      'Most series of one source; past it routes, then services, then gateways become {other}. A source has at most a tenth as many gateways and a fifth as many services, but 1,000 and 2,000 in any case.',
    ),
    series: setting(integer(1, 100_000_000), 200_000, 'Most series of all sources together.'),
    routesPerService: setting(integer(1, 1_000_000), 500, 'Most routes of one service; later ones become {other}.'),
    metricSeries: setting(
      integer(1, 10_000_000),
      75_000,
      'Most series of the traffic in /metrics; past it new services, then gateways become {other} there.',
    ),
  },
  retention: {
    tenSecondsHours: setting(integer(1, 24 * 366), 48, 'How long counts are kept by 10 seconds.'),
    minutesDays: setting(integer(1, 3_660), 15, 'How long counts are kept by minute.'),
    hoursDays: setting(integer(1, 36_600), 400, 'How long counts are kept by hour.'),
    daysYears: setting(integer(1, 100), 5, 'How long counts are kept by day.'),
    quarantineDays: setting(integer(1, 366), 7, 'How long rejected records are kept.'),
    quarantinePerSource: setting(
      integer(0, 10_000_000),
      10_000,
      'Most rejected records kept of one source in a day, by each process; 20 times as many of all sources together.',
    ),
    diskBytes: setting(
      orOff(bytes(256 * MIB, 1024 * GIB)),
      undefined,
      'Size of the database beyond which the oldest counts by 10 seconds are dropped before their time.',
    ),
    samplesHours: setting(integer(1, 24 * 366), 48, 'How long samples of failing requests are kept.'),
  },
  scan: {
    threads: setting(
      orAuto(integer(0, 64)),
      'auto',
      'Threads that scan bodies of more than one chunk; 0 scans on the main thread. auto: two fewer than there are cores, at most 4.',
    ),
  },
  quarantine: {
    enabled: setting(flag, true, 'Whether rejected records are kept at all.'),
    keepBodies: setting(flag, true, 'Whether their text is kept; without it they cannot be replayed.'),
  },
  metrics: {
    routes: setting(listOf(name, 1_000), [], 'Routes that get a label of their own in /metrics.'),
  },
  alert: {
    webhooks: setting(listOf(webhook, 100), [], 'Where notices are sent, signed with the secret.'),
    rules: setting(mapOf(ruleChange, 'a rule'), new Map(), 'Changes to the rules of the default pack, by rule.'),
    deliveryTimeoutMs: setting(integer(100, 120_000), 10_000, 'Longest time one delivery of a notice may take.'),
  },
} as const
