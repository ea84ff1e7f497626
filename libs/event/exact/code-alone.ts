import type { Field } from './alias.js'
import { isToldValue, type ToldValues } from './told-values.js'

/** The key that gateways use for the status, and applications for the number of an error or an exit. */
export const AMBIGUOUS_STATUS_KEY = 'code'

/** What only a record about a request tells. Who logged it, its ids and sizes are no sign: applications tell them, too. */
const SIGNS: readonly Field[] = [
  'method',
  'path',
  'request',
  'route',
  'host',
  'duration',
  'upstreamStatus',
  'upstreamDuration',
  'grpcStatus',
  'graphqlOperation',
]

/** Whether nothing but a `code` says that a record is about a request: then it tells no status. */
export function codeAlone(told: ToldValues): boolean {
  const status = told.get('status')
  if (status?.alias.key.toLowerCase() !== AMBIGUOUS_STATUS_KEY) return false
  return SIGNS.every((field) => !isToldValue(told.get(field)?.value ?? null))
}
