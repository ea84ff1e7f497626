import { graphqlOutcome, UNCODED_GRAPHQL_ERROR } from '#catalog'
import type { HttpEvent } from '../../http-event.js'
import { decimalOf } from '../../value/decimal.js'
import { hasAll, jsonLayout } from '../json-table.js'
import { leftByClient } from '../producer.js'
import type { JsonObject } from '../layout.js'
import { textAt, valueAt } from '../value-at.js'

/**
 * The access log of WunderGraph's Cosmo router (docs: Cosmo, "Access Logs"). Times end; `latency` is seconds. The keys of
 * what it knows about GraphQL are the operator's choice; read are the names of the documentation's examples.
 */
export const cosmo = jsonLayout({
  name: 'cosmo',
  sentence: "The Cosmo router's JSON access log.",
  marks: ['log_type'],
  recognise: (record) => {
    const type = textAt(record, 'log_type')
    if (type === 'client/subgraph') return 'it has log_type client/subgraph'
    return type === 'request' ? byDefaults(record) : null
  },
  // The router's own calls to its subgraphs are written beside the request that caused them.
  isRequest: (record) => textAt(record, 'log_type') !== 'client/subgraph',
  fields: {
    ts: 'time ts timestamp',
    status: 'status',
    method: 'method',
    path: 'path',
    duration: 's:latency',
    host: 'host',
    service: 'service_name service',
    consumer: 'client_name',
    requestId: 'request_id',
    traceId: 'trace_id',
    graphqlOperation: 'operation_name operationName graphql_operation_name graphql.operation.name',
    graphqlType: 'operation_type operationType graphql_operation_type graphql.operation.type',
    graphqlErrors: 'graphql_error_codes error_codes graphqlErrorCodes errorCodes graphql.error_codes',
    detail: 'response_error_message responseErrorMessage',
  },
  settle: (event, record) =>
    record['broken_pipe'] === true
      ? leftByClient(event)
      : withOwner(
          withError(event, record),
          valueAt(record, 'graphql_error_service_names') ?? valueAt(record, 'graphqlErrorServiceNames'),
        ),
})

/**
 * What the router writes unless it is told not to; `query` and `ip` are often left out, since they may be personal. Where
 * nothing else is its own, the latency must be a fraction: it counts nanoseconds in seconds, so that whole numbers are
 * another service's milliseconds.
 */
function byDefaults(record: JsonObject): string | null {
  return (
    hasAll(record, 'log_type', 'latency', 'query', 'ip') ??
    hasAll(record, 'log_type', 'latency', 'config_version') ??
    (isFraction(record['latency']) ? hasAll(record, 'log_type', 'latency', 'method', 'path') : null)
  )
}

function isFraction(latency: unknown): boolean {
  const seconds = typeof latency === 'string' ? decimalOf(latency.trim()) : latency
  return typeof seconds === 'number' && !Number.isInteger(seconds)
}

/** A request that failed under HTTP 200, of which no code is logged. */
function withError(event: HttpEvent, record: JsonObject): HttpEvent {
  const failed = textOrFlag(record, 'request_error') ?? textOrFlag(record, 'requestError')
  const hasMessage = event.detail !== undefined && failed !== 'false'
  if ((failed !== 'true' && !hasMessage) || event.graphql?.errors !== undefined) return event
  return { ...event, graphql: { ...event.graphql, errors: [UNCODED_GRAPHQL_ERROR] } }
}

function textOrFlag(record: JsonObject, key: string): string | undefined {
  const value = valueAt(record, key)
  return typeof value === 'boolean' ? String(value) : textAt(record, key)
}

/** Where the router names the subgraphs that failed, the failure is theirs. */
function withOwner(event: HttpEvent, subgraphs: unknown): HttpEvent {
  const isTheirs = Array.isArray(subgraphs) && subgraphs.length > 0
  const isFailure = graphqlOutcome(event.graphql?.errors ?? [])?.outcome === 'server_error'
  return isTheirs && isFailure ? { ...event, owner: 'upstream' } : event
}
