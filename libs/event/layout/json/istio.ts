import { clusterOf } from '../../directive/envoy-cluster.js'
import type { JsonLayout } from '../layout.js'
import { textAt } from '../value-at.js'
import { envoyMarks, envoyRecords } from './envoy.js'

/** Keys of Istio's format that no other has all of; a request without a route has no cluster that would tell. */
const OWN_KEYS = [
  'authority',
  'connection_termination_details',
  'downstream_local_address',
  'requested_server_name',
  'route_name',
  'upstream_transport_failure_reason',
]

/** JSON records of Istio. Of the two sidecars that log a request, the caller's counts. */
export const istioJson: JsonLayout = envoyRecords(
  'istio',
  "Istio's default access log, as text or as JSON.",
  (record) => {
    const marks = envoyMarks(record)
    if (marks === null) return null
    if (clusterOf(textAt(record, 'upstream_cluster') ?? '').side !== undefined)
      return `${marks}, and a cluster of Istio`
    return OWN_KEYS.every((key) => Object.hasOwn(record, key)) ? `${marks}, and the other keys of Istio` : null
  },
)
