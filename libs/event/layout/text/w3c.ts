import { eventOf, type Parsed, type Reading } from '../../exact/told-event.js'
import type { HttpEvent } from '../../http-event.js'
import { labelOf } from '../../label.js'
import { FieldTable, type NamedValue } from '../field-table.js'
import type { TextLayout } from '../layout.js'
import { leftByClient } from '../producer.js'
import { W3cColumns } from './w3c-columns.js'
import { withoutPercents } from './w3c-escape.js'
import { mismatchOfDefaults, W3cReader, type W3cDialect, type W3cHeader } from './w3c-reader.js'
import { w3cTime } from './w3c-time.js'

/** Microsoft IIS and others of the W3C extended log file format, by the names in `#Fields`. UTC; times are ends. */
export const w3cDialect: W3cDialect = {
  whose: 'IIS',
  defaults: [
    // Since IIS 7, with and without the referer.
    'date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) cs(Referer) sc-status sc-substatus sc-win32-status time-taken',
    'date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) sc-status sc-substatus sc-win32-status time-taken',
    // Azure App Service.
    'date time s-sitename cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) cs(Cookie) cs(Referer) cs-host sc-status sc-substatus sc-win32-status sc-bytes cs-bytes time-taken',
    // All that IIS can write.
    'date time s-sitename s-computername s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs-version cs(User-Agent) cs(Cookie) cs(Referer) cs-host sc-status sc-substatus sc-win32-status sc-bytes cs-bytes time-taken',
  ].map((fields) => W3cColumns.of(fields)),
  isOwn: (columns) => !columns.isCloudFront,
  hasDirectives: true,
  event: w3cEvent,
}

export const w3c: TextLayout = {
  kind: 'text',
  name: 'w3c',
  sentence: 'Logs of IIS and others in the W3C extended log file format.',
  reader: () => new W3cReader(w3cDialect),
  mismatch: (line) => mismatchOfDefaults(w3cDialect, line),
}

const NAMES = {
  ts: 'ts',
  status: 'sc-status',
  method: 'cs-method',
  path: 'path',
  protocol: 'cs-version cs-protocol-version',
  host: 'cs-host cs(Host)',
  bytes: 'sc-bytes',
  gateway: 's-computername',
  service: 's-sitename',
  consumer: 'consumer',
  detail: 'detail',
} as const
/** IIS writes milliseconds, Tomcat what the standard says: seconds. */
const IN_MS = new FieldTable({ ...NAMES, duration: 'ms:time-taken' })
const IN_S = new FieldTable({ ...NAMES, duration: 's:time-taken' })

/** Windows' ERROR_NETNAME_DELETED: the connection was gone before the response was. */
const CLIENT_GONE = '64'

function w3cEvent(value: NamedValue, header: W3cHeader, reading: Reading): Parsed {
  if (isConnection(value)) return { reject: 'not_a_request' }
  const derived: Readonly<Record<string, unknown>> = {
    ts: w3cTime(value, header.date),
    path: withoutPercents(withSpaces(value('cs-uri-stem') ?? value('cs-uri'))),
    consumer: withSpaces(value('cs-username')),
    detail: detailOf(value),
  }
  const fields = header.software?.includes('Tomcat') === true ? IN_S : IN_MS
  const told = fields.told((name) => (Object.hasOwn(derived, name) ? derived[name] : value(name)))
  const event = eventOf(told, reading)
  return 'reject' in event || value('sc-win32-status') !== CLIENT_GONE ? event : leftByClient(event)
}

/** HTTP.sys logs connections that it closed, too: without method and status. */
function isConnection(value: NamedValue): boolean {
  return value('s-reason') !== undefined && value('sc-status') === '-' && value('cs-method') === '-'
}

function withSpaces(value: unknown): string {
  return typeof value === 'string' ? value.replaceAll('+', ' ') : ''
}

/** `500.19`, `win32 5` and the reason of HTTP.sys, as far as they say more than the status does. */
function detailOf(value: NamedValue): HttpEvent['detail'] {
  const [status, sub, win32] = [value('sc-status'), value('sc-substatus'), value('sc-win32-status')]
  const words = [
    typeof sub === 'string' && sub !== '0' && sub !== '-' ? `${String(status)}.${sub}` : '',
    typeof win32 === 'string' && win32 !== '0' && win32 !== '-' ? `win32 ${win32}` : '',
    String(value('s-reason') ?? ''),
  ]
  return labelOf(words.filter((word) => word !== '').join(' '))
}
