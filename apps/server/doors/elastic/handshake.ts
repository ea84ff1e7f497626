import type { DoorReply, DoorRequest, Question } from '../dialect.js'
import { PREFIXES, productReply } from './product.js'

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

function asked(methods: readonly string[], path: string, body: object): Question {
  return { methods, path, scope: 'ingest', answer: (request) => productReply(request, 200, body) }
}
