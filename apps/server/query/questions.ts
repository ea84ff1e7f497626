import type { Filter as DomainFilter, Range as DomainRange } from '#store'
import type { Filter, Range } from './models/inputs.js'
import { lower } from './models/words.js'

/** A range as the store asks for it. */
export function rangeOf({ last, from, to }: Range): DomainRange {
  return { last: last ?? null, fromMs: from?.getTime() ?? null, toMs: to?.getTime() ?? null }
}

/** A filter as the store asks for it. */
export function filterOf(filter: Filter | null | undefined): DomainFilter {
  if (filter === null || filter === undefined) return {}
  return {
    source: filter.source ?? null,
    gateway: filter.gateway ?? null,
    service: filter.service ?? null,
    route: filter.route ?? null,
    method: filter.method ?? null,
    protocol: filter.protocol ?? null,
    code: filter.code ?? null,
    class: filter.class?.map(lower) ?? null,
    outcome: filter.outcome?.map(lower) ?? null,
    owner: filter.owner?.map(lower) ?? null,
    errorsOnly: filter.errorsOnly ?? null,
  }
}
