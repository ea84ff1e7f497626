import type { Refusal } from '../../http/refusal.js'
import type { Dialect, DoorReply, DoorRequest, Exchange, TakePart } from '../dialect.js'
import { bulkActions } from './bulk-actions.js'
import { documentOf } from './document.js'
import { handshake } from './handshake.js'
import { PREFIXES, productReply } from './product.js'

/**
 * Elasticsearch's bulk API. Every document is answered as created, also one that is no access log (it is in quarantine) or was
 * counted before: an item with an error makes some senders send everything again and others drop everything.
 */
export const elastic: Dialect = {
  name: 'elasticsearch',
  hasEventIds: true,
  bodies: PREFIXES.flatMap((prefix) =>
    ['/_bulk', '/:index/_bulk'].map((path) => ({ methods: ['POST', 'PUT'], path: prefix + path })),
  ),
  questions: handshake,
  source: ({ params }) => params['index']?.replace(DATE_BEHIND, ''),
  open: (request) => new BulkBody(request),
  refused: (refusal, request) => productReply(request, refusal.statusCode, errorOf(refusal), refusal.headers),
}

/** `logstash-2026.11.22`: a new index every day is the same source. */
const DATE_BEHIND = /[-_.]?\d{4}[-.]\d\d[-.]\d\d$/

/** An error as Elasticsearch words it. */
function errorOf({ statusCode, body }: Refusal): object {
  const cause = { type: TYPES[statusCode] ?? 'illegal_argument_exception', reason: body.message }
  return { error: { root_cause: [cause], ...cause }, status: statusCode }
}

const TYPES: Readonly<Record<number, string>> = {
  401: 'security_exception',
  403: 'security_exception',
  413: 'content_too_long_exception',
  429: 'es_rejected_execution_exception',
  503: 'unavailable_shards_exception',
}

class BulkBody implements Exchange {
  private items: string[] = []
  private errors = false

  constructor(private readonly request: DoorRequest) {}

  unpack(body: Buffer, take: TakePart): void {
    for (const action of bulkActions(body, this.request.params['index'] ?? 'statusline')) {
      if ('malformed' in action) {
        take(action.malformed, null)
        this.errors = true
        this.items.push(malformedItem(action.line))
        continue
      }
      const { kind, index, id } = action
      const document = documentOf(action)
      if (kind !== 'delete') take(document.record, document.envelope)
      this.items.push(createdItem(kind, index, id ?? `auto-${this.items.length}`))
    }
  }

  accepted(): DoorReply {
    return productReply(this.request, 200, `{"took":1,"errors":${this.errors},"items":[${this.items.join(',')}]}`)
  }
}

function createdItem(kind: string, index: string, id: string): string {
  const status = kind === 'delete' || kind === 'update' ? 200 : 201
  const result = kind === 'delete' ? 'deleted' : kind === 'update' ? 'updated' : 'created'
  const about = { _index: index, _id: id, _version: 1, result, _seq_no: 0, _primary_term: 1, status }
  return `{"${kind}":${JSON.stringify(about)}}`
}

function malformedItem(line: number): string {
  const error = { type: 'illegal_argument_exception', reason: `Malformed action/metadata line [${line}]` }
  return JSON.stringify({ index: { status: 400, error } })
}
