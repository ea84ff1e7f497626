import { refuseUnknown, wrong } from '../http/known-arguments.js'
import { METRIC_SCOPES, type MetricScope } from './metrics.js'

/** Reads `?scope=` of a scrape; throws a `Refusal` for another word, one that is given twice, and for any other parameter. */
export function askedScope(query: Readonly<Record<string, unknown>>): MetricScope {
  refuseUnknown(query, ['scope'], 'parameters')
  const asked = query['scope'] ?? 'all'
  const scope = METRIC_SCOPES.find((word) => word === asked)
  if (scope === undefined) throw wrong('scope', `one of ${METRIC_SCOPES.join(', ')}`)
  return scope
}
