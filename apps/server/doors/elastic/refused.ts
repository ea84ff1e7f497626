import { Refusal } from '../../http/refusal.js'
import type { DoorReply, DoorRequest } from '../dialect.js'
import { productReply } from './product.js'

/** A refusal as Elasticsearch words it. */
export function refused(refusal: Refusal, request: DoorRequest): DoorReply {
  return productReply(request, refusal.statusCode, errorOf(refusal), refusal.headers)
}

/** A body of which no line is an action; `line` is the first, counted from 1. */
export function noAction(line: number): Refusal {
  return new Refusal('bad_json', { malformedLine: line })
}

function errorOf({ statusCode, body, details }: Refusal): object {
  const { malformedLine } = details
  const reason =
    malformedLine === undefined
      ? body.message
      : `Malformed action/metadata line [${malformedLine}], and no other line is an action`
  const cause = { type: TYPES[statusCode] ?? 'illegal_argument_exception', reason }
  return { error: { root_cause: [cause], ...cause }, status: statusCode }
}

const TYPES: Readonly<Record<number, string>> = {
  401: 'security_exception',
  403: 'security_exception',
  404: 'resource_not_found_exception',
  413: 'content_too_long_exception',
  429: 'es_rejected_execution_exception',
  503: 'unavailable_shards_exception',
}
