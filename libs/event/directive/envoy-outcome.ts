import { grpcStatus, type Owner } from '#catalog'
import type { Parsed, Reading } from '../exact/told-event.js'
import type { HttpEvent } from '../http-event.js'
import { labelOf } from '../label.js'
import type { RawValues } from '../layout/pattern-layout.js'
import { leftByClient } from '../layout/producer.js'
import { isAbsent } from '../value/absent.js'
import { decimalOf } from '../value/decimal.js'
import { clusterOf, hostOf, UNNAMED_ROUTES, type Cluster } from './envoy-cluster.js'
import { ENVOY_FLAGS } from './envoy-flags.js'

/** Settles the events of a format; `tellsRequest` says whether it writes method, path or protocol. */
export function settlingEnvoy(tellsRequest: boolean): (event: HttpEvent, raw: RawValues, reading: Reading) => Parsed {
  return (event, raw, reading) =>
    isRequest(event, raw, tellsRequest) ? settled(event, raw, reading) : { reject: 'not_a_request' }
}

/** Adds what several values of a record tell together. `raw` knows operators without arguments: `%UPSTREAM_HOST%`. */
function settled(event: HttpEvent, raw: RawValues, reading: Reading): Parsed {
  const cluster = clusterOf(present(raw('%UPSTREAM_CLUSTER%') ?? raw('%UPSTREAM_CLUSTER_RAW%')) ?? '')
  const wanted = reading.side ?? 'outbound'
  if (wanted !== 'both' && cluster.side !== undefined && cluster.side !== wanted) return { reject: 'other_side' }
  const isAnswered = answered(event, raw)
  return blamed(
    {
      ...withoutNames(event, cluster),
      ...labelsOf(event, cluster, raw),
      ...(wanted === 'both' && cluster.side !== undefined && { gateway: cluster.side }),
      ...attemptsOf(event, isAnswered, raw),
      ...detailOf(event, raw),
    },
    isAnswered,
    raw,
  )
}

/** What Envoy writes when a request has ended; at other moments it logs the same request again. */
const FINAL: ReadonlySet<string> = new Set(['DownstreamEnd', 'NotSet'])

/** A connection of the TCP proxy has neither method nor protocol nor status; a broken request has a protocol or a status. */
function isRequest(event: HttpEvent, raw: RawValues, tellsRequest: boolean): boolean {
  const type = present(raw('%ACCESS_LOG_TYPE%'))
  if (type !== undefined && !FINAL.has(type)) return false
  const { status, method, path, protocol } = event
  return !tellsRequest || status !== null || method !== undefined || path !== undefined || protocol !== 'unknown'
}

function present(text: string | undefined): string | undefined {
  return text === undefined || isAbsent(text.trim()) ? undefined : text.trim()
}

/** Names that only say that there is none: of a route of a mesh, of the cluster on its inbound side. */
function withoutNames(event: HttpEvent, cluster: Cluster): HttpEvent {
  const { route, service, ...rest } = event
  const isUnnamed = route !== undefined && cluster.side !== undefined && UNNAMED_ROUTES.has(route)
  return {
    ...rest,
    ...(route !== undefined && !isUnnamed && { route }),
    ...(service !== undefined && cluster.side === undefined && { service }),
  }
}

/** The service of a mesh is the host in the cluster's name; on the inbound side the host that was called. */
function labelsOf(event: HttpEvent, cluster: Cluster, raw: RawValues): Pick<HttpEvent, 'service'> {
  if (cluster.side === undefined) return {}
  const called = present(raw('%REQUESTED_SERVER_NAME%'))
  const service =
    cluster.host ?? (called === undefined ? undefined : clusterOf(called).host) ?? hostOf(event.host ?? '')
  const label = labelOf(service)
  return label === undefined ? {} : { service: label }
}

/** Flags that say nothing against an answer of the upstream. */
const HARMLESS: ReadonlySet<string> = new Set(['DI', 'URX'])

/** Whether the status is the upstream's; undefined where the record does not tell. */
function answered(event: HttpEvent, raw: RawValues): boolean | undefined {
  if (event.status === null) return false
  const details = present(raw('%RESPONSE_CODE_DETAILS%'))
  if (details !== undefined)
    return details === 'via_upstream' || details.startsWith('upstream_reset_after_response_started')
  if (event.flags?.some((flag) => !HARMLESS.has(flag)) === true) return false
  const host = raw('%UPSTREAM_HOST%')
  return host === undefined ? undefined : present(host) !== undefined
}

/** More attempts than any configuration asks for. */
const MAX_ATTEMPTS = 100

/** Envoy counts its attempts and tells the status of the last one only. */
function attemptsOf(
  event: HttpEvent,
  isAnswered: boolean | undefined,
  raw: RawValues,
): Pick<HttpEvent, 'upstreamStatuses'> {
  const last = isAnswered === true ? event.status : null
  const host = raw('%UPSTREAM_HOST%')
  const count = decimalOf(present(raw('%UPSTREAM_REQUEST_ATTEMPT_COUNT%')) ?? '') ?? undefined
  if (count === undefined && isAnswered !== true && host === undefined) return {}
  const attempts = count ?? (isAnswered === true || present(host) !== undefined ? 1 : 0)
  if (!(attempts >= 1)) return { upstreamStatuses: [] }
  const retries = Math.min(Math.floor(attempts), MAX_ATTEMPTS) - 1
  return { upstreamStatuses: [...Array<null>(retries).fill(null), last] }
}

/** Envoy's own words on why; that the upstream answered explains nothing. */
function detailOf(event: HttpEvent, raw: RawValues): Pick<HttpEvent, 'detail'> {
  const details = present(raw('%RESPONSE_CODE_DETAILS%'))
  const words = [
    details === 'via_upstream' ? undefined : details,
    present(raw('%CONNECTION_TERMINATION_DETAILS%')),
    present(raw('%UPSTREAM_TRANSPORT_FAILURE_REASON%')),
  ].filter((word) => word !== undefined)
  const detail = labelOf(words.length > 0 ? words.join(', ') : (event.flags ?? []).join(','))
  return detail === undefined ? {} : { detail }
}

function blamed(event: HttpEvent, isAnswered: boolean | undefined, raw: RawValues): HttpEvent {
  const flags = new Set(event.flags)
  if (flags.has('DC') || flags.has('DR'))
    // A tunnel ends when its client closes it.
    return event.status === 101 ? { ...event, outcome: 'success', owner: 'unknown' } : leftByClient(event)
  if (!isServerError(event)) return event
  const owner = isAnswered === true ? 'upstream' : (byFlags(flags) ?? byDetails(raw) ?? byHost(raw))
  return owner === undefined ? event : { ...event, owner }
}

/** gRPC fails under HTTP 200, also where Envoy itself answers. */
function isServerError({ status, grpcStatus: code }: HttpEvent): boolean {
  if (status === null) return false
  if (status >= 200 && status <= 299) return code !== undefined && grpcStatus(code)?.outcome === 'server_error'
  return status >= 500 && status <= 599
}

function byFlags(flags: ReadonlySet<string>): Owner | undefined {
  return ENVOY_FLAGS.find(({ flag, owner }) => owner !== null && flags.has(flag))?.owner ?? undefined
}

/** What stands in the braces of `upstream_reset_before_response_started{…}`, or the word itself. */
function byDetails(raw: RawValues): Owner | undefined {
  const details = present(raw('%RESPONSE_CODE_DETAILS%'))
  if (details === undefined) return undefined
  if (/connection_failure|connection_timeout|dns_/.test(details)) return 'network'
  if (/overflow|local_reset/.test(details)) return 'gateway'
  return /^upstream_|^no_healthy_upstream|timeout/.test(details) ? 'upstream' : 'gateway'
}

/** A status without an upstream is Envoy's own. */
function byHost(raw: RawValues): Owner | undefined {
  const host = raw('%UPSTREAM_HOST%')
  return host !== undefined && present(host) === undefined ? 'gateway' : undefined
}
