import type { Dialect, DoorReply, DoorRequest, Exchange, TakePart } from '../dialect.js'
import { bulkActions } from './bulk-actions.js'
import { documentOf } from './document.js'
import { elsewhere, handshake } from './handshake.js'
import { BULK_METHODS, PREFIXES, productReply } from './product.js'
import { noAction, refused } from './refused.js'

/**
 * Elasticsearch's bulk API. Every document is answered as created, also one that is no access log (it is in quarantine) or was
 * counted before: an item with an error makes some senders send everything again and others drop everything. The same goes for a
 * line that should be an action and is none, for which Elasticsearch refuses the whole body; senders then repeat it for ever or
 * drop it. Only a body without any action is refused.
 */
export const elastic: Dialect = {
  name: 'elasticsearch',
  hasEventIds: true,
  bodies: PREFIXES.flatMap((prefix) =>
    ['/_bulk', '/:index/_bulk'].map((path) => ({ methods: BULK_METHODS, path: prefix + path })),
  ),
  questions: [...handshake, ...elsewhere],
  source: ({ params }) => params['index']?.replace(DATE_BEHIND, ''),
  open: (request) => new BulkBody(request),
  refused,
}

/** `logstash-2026.11.22`: a new index every day is the same source. */
const DATE_BEHIND = /[-_.]?\d{4}[-.]\d\d[-.]\d\d$/

class BulkBody implements Exchange {
  private items: string[] = []

  constructor(private readonly request: DoorRequest) {}

  unpack(body: Buffer, take: TakePart): void {
    let actions = 0
    let malformed: number | null = null
    for (const action of bulkActions(body, this.index)) {
      if ('malformed' in action) {
        malformed ??= action.line
        take(action.malformed, null)
        this.created('index', this.index, null)
        continue
      }
      actions++
      const { kind, index, id } = action
      const document = documentOf(action)
      if (kind !== 'delete') take(document.record, document.envelope)
      this.created(kind, index, id)
    }
    if (actions === 0 && malformed !== null) throw noAction(malformed)
  }

  accepted(): DoorReply {
    return productReply(this.request, 200, `{"took":1,"errors":false,"items":[${this.items.join(',')}]}`)
  }

  private get index(): string {
    return this.request.params['index'] ?? 'statusline'
  }

  private created(kind: string, index: string, id: string | null): void {
    this.items.push(createdItem(kind, index, id ?? `auto-${this.items.length}`))
  }
}

function createdItem(kind: string, index: string, id: string): string {
  const status = kind === 'delete' || kind === 'update' ? 200 : 201
  const result = kind === 'delete' ? 'deleted' : kind === 'update' ? 'updated' : 'created'
  const about = { _index: index, _id: id, _version: 1, result, _seq_no: 0, _primary_term: 1, status }
  return `{"${kind}":${JSON.stringify(about)}}`
}
