import { jsonLayout } from '../json-table.js'
import type { JsonLayout, JsonObject } from '../layout.js'
import { isObject, textAt, valueAt } from '../value-at.js'

const STATUS = 'http.response.status_code http.response.status http.status_code status_code'

const table = jsonLayout({
  name: 'apollo_router',
  sentence: "Events of Apollo's GraphOS Router on its standard output, with the attributes of a response.",
  marks: ['target'],
  recognise: (record) => ((textAt(record, 'target') ?? '').startsWith('apollo_router') ? 'it has its target' : null),
  // All else that the router logs goes the same way: what comes in, what it asks its subgraphs, what it has to say.
  isRequest: (record) =>
    !('target' in record) || (hasAny(record, STATUS) && !hasAny(record, 'subgraph.name connector.source.name')),
  fields: {
    ts: 'timestamp',
    status: STATUS,
    method: 'http.request.method',
    path: 'url.path http.route',
    protocol: 'network.protocol.version',
    duration: 's:http.server.request.duration s:duration ms:duration_ms',
    bytes: 'http.response.body.size',
    host: 'server.address',
    service: 'resource.service.name service.name',
    consumer: 'client.name apollo_client_name',
    requestId: 'request_id',
    traceId: 'trace_id dd.trace_id',
    graphqlOperation: 'graphql.operation.name operation_name',
    graphqlType: 'graphql.operation.type operation_type',
    graphqlErrors: 'graphql.error_codes graphql.errors graphql_errors error_codes',
    detail: 'error.type',
  },
})

function hasAny(record: JsonObject, paths: string): boolean {
  return paths.split(' ').some((path) => valueAt(record, path) !== undefined)
}

/**
 * Events of Apollo's router (docs: GraphOS Router, "Events"), which has no access log: a custom event `on: response` of the
 * router service with these attributes is one. They stand in the record itself; other formatters keep them in `fields`.
 */
export const apolloRouter: JsonLayout = {
  ...table,
  read: (record, reading) => table.read(flat(record), reading),
}

/** Attributes win over those of the span; the standard event writes its status as `200 OK`. */
function flat(record: JsonObject): JsonObject {
  const { span, fields } = record
  const all = { ...(isObject(span) && span), ...(isObject(fields) && fields), ...record }
  const status = textAt(all, 'http.response.status')
  return status === undefined ? all : { ...all, 'http.response.status': status.slice(0, 3) }
}
