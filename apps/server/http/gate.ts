import type { IncomingHttpHeaders } from 'node:http'
import { judgeCaller, type CallerHeaders } from '#platform'
import { decideScope, LOCAL_CALLER, tokenOf, type AccessDecision, type Principal, type RouteScope } from './access.js'
import { Refusal } from './refusal.js'

/** What the gate asks about keys. */
export abstract class KeyRing {
  /** True once any key was ever made, or an admin key is configured. */
  abstract get required(): boolean
  /** The caller whose key this is, null for an unknown or revoked one. A fresh key may need a look into the database; rejects with a `Refusal` where that takes too long. */
  abstract find(token: string): Principal | null | Promise<Principal | null>
}

/** Decides for every request, whatever its route, who asks and whether he may. */
export class Gate {
  constructor(private readonly keys: KeyRing) {}

  /** `own`: a key that came in a way of the dialect; else it is looked for in the usual headers. */
  decide(
    request: { readonly headers: IncomingHttpHeaders },
    scope: RouteScope,
    own: string | null = null,
  ): AccessDecision | Promise<AccessDecision> {
    if (!this.keys.required) return decideKeyless(request.headers)
    if (isForgedLogin(request.headers)) return { refuse: 'foreign_origin' }
    const token = own ?? tokenOf(request.headers)
    if (token === null) return decideScope(null, scope)
    const found = this.keys.find(token)
    if (found instanceof Promise) return found.then((principal) => decideScope(principal, scope), refusedBy)
    return decideScope(found, scope)
  }
}

/** What the ring refuses is worded by the door; anything else is an error. */
function refusedBy(thrown: unknown): AccessDecision {
  if (thrown instanceof Refusal) return { refuse: thrown.code, details: thrown.details }
  throw thrown
}

/** Without keys only this machine is served: no rebinding name, no page of another origin. */
function decideKeyless(headers: IncomingHttpHeaders): AccessDecision {
  switch (judgeCaller(callerOf(headers))) {
    case 'local':
      return { allow: LOCAL_CALLER }
    case 'foreign_host':
      return { refuse: 'foreign_host' }
    default:
      return { refuse: 'foreign_origin' }
  }
}

/** A browser repeats a remembered Basic password in every request, also in those that another page makes. */
function isForgedLogin(headers: IncomingHttpHeaders): boolean {
  if (!/^basic /i.test(headers.authorization ?? '')) return false
  const site = headers['sec-fetch-site']
  if (site !== undefined) return site !== 'same-origin' && site !== 'none'
  return headers.origin !== undefined && !headers.origin.toLowerCase().endsWith(`//${headers.host?.toLowerCase()}`)
}

function callerOf(headers: IncomingHttpHeaders): CallerHeaders {
  return {
    host: headers.host,
    origin: headers.origin,
    secFetchSite: one(headers['sec-fetch-site']),
    secFetchMode: one(headers['sec-fetch-mode']),
  }
}

function one(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value
}
