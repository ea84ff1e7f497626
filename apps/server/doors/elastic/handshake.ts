import { Refusal } from '../../http/refusal.js'
import type { DoorReply, DoorRequest, Question } from '../dialect.js'
import { BULK_METHODS, PREFIXES, productReply } from './product.js'
import { refused } from './refused.js'

const GREETING = {
  name: 'statusline',
  cluster_name: 'statusline',
  cluster_uuid: 'statusline-accepts-logs',
  version: {
    number: '8.15.0',
    build_flavor: 'default',
    build_type: 'docker',
    lucene_version: '9.11.1',
    minimum_wire_compatibility_version: '7.17.0',
    minimum_index_compatibility_version: '7.0.0',
  },
  tagline: 'You Know, for Search',
}

/** The greeting by which clients find out whom they talk to and in which version. */
export function greeting(request: DoorRequest): DoorReply {
  return productReply(request, 200, GREETING)
}

const LICENSE = { license: { status: 'active', uid: 'statusline', type: 'basic', mode: 'basic' } }
const HEALTH = {
  cluster_name: 'statusline',
  status: 'green',
  timed_out: false,
  number_of_nodes: 1,
  number_of_data_nodes: 1,
}
const XPACK = { license: { status: 'active', uid: 'statusline', type: 'basic', mode: 'basic' }, features: {} }

/** Templates, policies and data streams: there is nothing to set up, so everything is as it should be already. */
const SETUP_PATHS = [
  '/_index_template/:name',
  '/_template/:name',
  '/_component_template/:name',
  '/_ilm/policy/:name',
  '/_data_stream/:name',
  '/_ingest/pipeline/:name',
  '/_alias/:name',
]

const ALL_METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const
/** Addresses that are Elasticsearch's whatever stands there, by what its own begin with. */
const OTHER_PATHS = ['/_*', '/:index/_*', '/elasticsearch/*'] as const

/** What Filebeat, Logstash, Vector and the JS client ask before and beside `_bulk`. */
export const handshake: readonly Question[] = PREFIXES.flatMap((prefix) => [
  ...(prefix === '' ? [] : [asked(['GET'], prefix, GREETING), asked(['GET'], `${prefix}/`, GREETING)]),
  asked(['GET'], `${prefix}/_license`, LICENSE),
  asked(['GET'], `${prefix}/_xpack`, XPACK),
  asked(['GET'], `${prefix}/_cluster/health`, HEALTH),
  asked(['GET'], `${prefix}/_nodes/http`, { nodes: {} }),
  ...SETUP_PATHS.flatMap((path) => [
    asked(['GET'], prefix + path, {}),
    asked(['PUT', 'POST'], prefix + path, { acknowledged: true }),
  ]),
])

/** Everything else: its clients believe nobody who does not say that he is Elasticsearch, also that there is nothing. */
export const elsewhere: readonly Question[] = OTHER_PATHS.map((path) => ({
  methods: ALL_METHODS,
  path,
  scope: 'ingest',
  answer: (request) => refused(nothingAt(request), request),
}))

function nothingAt({ url }: DoorRequest): Refusal {
  const isBulk = (url.split('?', 1)[0] ?? '').endsWith('/_bulk')
  return isBulk ? new Refusal('method_not_allowed', { allowed: BULK_METHODS.join(', ') }) : new Refusal('not_found')
}

function asked(methods: readonly string[], path: string, body: object): Question {
  return { methods, path, scope: 'ingest', answer: (request) => productReply(request, 200, body) }
}
