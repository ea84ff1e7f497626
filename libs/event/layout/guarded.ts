import type { Field } from '../exact/alias.js'

/** What decides how a request counts: never read from where a client might have feigned it. */
export const GUARDED: ReadonlySet<Field> = new Set<Field>([
  'status',
  'duration',
  'upstreamStatus',
  'upstreamDuration',
  'grpcStatus',
  'flags',
])
