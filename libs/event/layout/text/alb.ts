import { eventOf, type Parsed, type Positional, type Reading } from '../../exact/told-event.js'
import { unescapeField } from '../../exact/unescape.js'
import type { HttpEvent, Protocol } from '../../http-event.js'
import { labelOf } from '../../label.js'
import { decimalOf } from '../../value/decimal.js'
import { instantOfText } from '../../value/instant.js'
import { requestLineOf } from '../../value/request-line.js'
import { FieldTable } from '../field-table.js'
import { hostOfUrl } from '../host-of-url.js'
import type { TextLayout, TextReader } from '../layout.js'
import { producedBy } from '../producer.js'
import { pathOfUrl } from '../url-path.js'
import { albColumnsOf, type AlbColumns } from './alb-columns.js'

/** Keeps the columns of the line that it recognised, so that they are not read again. */
class AlbReader implements TextReader {
  #line = ''
  #columns: AlbColumns | null = null

  recognise(line: string): string | null {
    this.#line = line
    this.#columns = albColumnsOf(line)
    return this.#columns === null ? null : 'it has the type, time and durations of a load balancer of AWS'
  }

  read(line: string, reading: Reading): Parsed {
    const columns = this.#line === line ? this.#columns : albColumnsOf(line)
    return columns === null ? { reject: 'unreadable' } : albEvent(columns, reading)
  }
}

/** AWS load balancers (docs: Application and Classic Load Balancer, "Access log entries"). Times are ends, durations s. */
export const alb: TextLayout = {
  kind: 'text',
  name: 'alb',
  sentence: "Access logs of AWS's Application and Classic Load Balancers.",
  reader: () => new AlbReader(),
}

const FIELDS = new FieldTable({
  ts: 'timestamp',
  status: 'elb_status_code',
  upstreamStatus: 'upstream',
  duration: 's:duration',
  upstreamDuration: 's:target_processing_time',
  bytes: 'sent_bytes',
  gateway: 'gateway',
  service: 'service',
  requestId: 'request_id',
  traceId: 'trace',
  flags: 'actions',
  detail: 'error_reason classification_reason',
})

function albEvent(columns: AlbColumns, reading: Reading): Parsed {
  const request = unescapeField(columns.get('request') ?? '')
  // A Classic Load Balancer logs connections of its TCP listeners, too.
  if (columns.get('elb_status_code') === '-' && request.startsWith('- - -')) return { reject: 'not_a_request' }
  const derived: Readonly<Record<string, unknown>> = {
    upstream: targetStatuses(columns),
    duration: durationOf(columns),
    gateway: nameIn(columns.get('elb') ?? ''),
    service: nameIn((columns.get('target_group_arn') ?? '').split(':').at(-1) ?? ''),
    trace: traceOf(columns.get('trace_id') ?? '', ['Root', 'Self']),
    request_id: traceOf(columns.get('trace_id') ?? '', ['Self', 'Root']),
    actions: actionsOf(columns).filter((action) => action !== 'forward'),
  }
  const told = FIELDS.told((name) => (Object.hasOwn(derived, name) ? derived[name] : columns.get(name)))
  const event = eventOf(told, reading, requestIn(request, columns))
  return 'reject' in event ? event : withOwner(event, columns)
}

const PROTOCOLS: ReadonlyMap<string, Protocol> = new Map([
  ['h2', 'http/2'],
  ['grpcs', 'grpc'],
  ['ws', 'websocket'],
  ['wss', 'websocket'],
])

/** A request that the load balancer could not read stands there as `- http://host:80- -`. */
function requestIn(request: string, columns: AlbColumns): Positional {
  const protocol = PROTOCOLS.get(columns.get('type') ?? '')
  const target = request.split(' ', 2)[1] ?? ''
  const host = labelOf(hostOfUrl(target)) ?? labelOf(columns.get('domain_name') ?? '')
  if (request.startsWith('- ')) return { host, request: protocol === undefined ? {} : { protocol } }
  const line = requestLineOf(request)
  const path = line.path === undefined ? {} : { path: pathOfUrl(line.path) }
  return { host, request: { ...line, ...path, ...(protocol === undefined ? {} : { protocol }) } }
}

/** Codes of all attempts, which spaces separate, where the line holds them; else that of the target. */
function targetStatuses(columns: AlbColumns): unknown {
  const list = columns.get('target_status_code_list') ?? '-'
  return list === '-' ? columns.get('target_status_code') : list.split(' ')
}

/** Seconds: the three times, which are -1 where no target took part; then from the arrival of the request to the response. */
function durationOf(columns: AlbColumns): number | undefined {
  const times = ['request', 'target', 'response'].map((part) => decimalOf(columns.get(`${part}_processing_time`) ?? ''))
  if (times.every((time) => time !== null && time >= 0))
    return times.reduce<number>((sum, time) => sum + (time ?? 0), 0)
  const from = instantOfText(columns.get('request_creation_time') ?? '', 'UTC')
  const to = instantOfText(columns.get('timestamp') ?? '', 'UTC')
  return from === null || to === null ? undefined : (to.ms - from.ms) / 1e3
}

/** The name in `app/NAME/id` and `targetgroup/NAME/id`; a Classic Load Balancer is the name alone. */
function nameIn(resource: string): string {
  return resource.split('/')[1] ?? resource
}

/** An id in `Self=…;Root=…`: `Root` is the trace, `Self` what the load balancer adds where the client brought a trace. */
function traceOf(header: string, keys: readonly string[]): string {
  const members = header.split(';', 16).map((member) => member.split('=', 2))
  const ids = keys.map((key) => members.find(([name]) => name === key)?.[1])
  return ids.find((id) => id !== undefined) ?? ''
}

function actionsOf(columns: AlbColumns): string[] {
  return (columns.get('actions_executed') ?? '-').split(',', 16).filter((action) => action !== '-')
}

/** Reasons why a function, not the load balancer, failed. */
const OF_THE_FUNCTION = /^Lambda(?:Unhandled|InvalidResponse|ResponseTooLarge)$/

function withOwner(event: HttpEvent, columns: AlbColumns): HttpEvent {
  if (OF_THE_FUNCTION.test(columns.get('error_reason') ?? '')) return producedBy('upstream', event)
  const last = actionsOf(columns).at(-1)
  const isOwn =
    last !== undefined && last !== 'forward' && last !== 'authenticate' && event.upstreamStatuses?.length === 0
  return isOwn ? producedBy('gateway', event) : event
}
