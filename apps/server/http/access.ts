import { SCOPES, type Scope } from '#platform'
import type { ErrorCode, ErrorDetails } from './errors.js'

/** What a route asks of the caller; `open` asks nothing, `any_key` a key of whatever scope. */
export type RouteScope = Scope | 'open' | 'any_key'

/** Who asks: a key with its scopes, or (keyless server on loopback) anybody on this machine. */
export interface Principal {
  /** Stable name of the key; part of the scope of an `Idempotency-Key`. Empty without a key. */
  readonly keyId: string
  readonly scopes: readonly Scope[]
  /** The only source that the key may write to. */
  readonly source: string | null
}

/** The keyless caller on loopback may do everything. */
export const LOCAL_CALLER: Principal = { keyId: '', scopes: SCOPES, source: null }

export type AccessDecision =
  { readonly allow: Principal } | { readonly refuse: ErrorCode; readonly details?: ErrorDetails }

/** May `principal` (null: no key, or an unknown one) use a route with `scope`? */
export function decideScope(principal: Principal | null, scope: RouteScope): AccessDecision {
  if (scope === 'open') return { allow: principal ?? ANYBODY }
  if (principal === null) return { refuse: 'unauthenticated' }
  if (scope === 'any_key' || principal.scopes.includes(scope)) return { allow: principal }
  return { refuse: 'missing_scope', details: { scope } }
}

/** A caller without a key, where the route is open. */
export const ANYBODY: Principal = { keyId: '', scopes: [], source: null }

/** The token of a request: X-API-Key, Bearer or any other scheme, and of `Basic` and `ApiKey` pairs the second half. Null where there is none. */
export function tokenOf(headers: { readonly [name: string]: string | string[] | undefined }): string | null {
  const own = headers['x-api-key']
  if (typeof own === 'string' && own !== '') return own
  const authorization = headers['authorization']
  if (typeof authorization !== 'string') return null
  const [scheme = '', value = ''] = authorization.split(' ', 2)
  if (value === '') return null
  switch (scheme.toLowerCase()) {
    case 'basic':
      return secondHalf(value)
    // Elasticsearch's clients send `id:key`; others send the key as it is.
    case 'apikey':
      return secondHalf(value) ?? value
    default:
      return value
  }
}

function secondHalf(encoded: string): string | null {
  const pair = Buffer.from(encoded, 'base64').toString('utf8')
  const colon = pair.indexOf(':')
  if (colon < 0) return null
  // `http://KEY@host/`: some can only name a user.
  return (colon === pair.length - 1 ? pair.slice(0, colon) : pair.slice(colon + 1)) || null
}
