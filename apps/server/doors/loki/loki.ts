import { hash } from 'node:crypto'
import type { Envelope } from '#event'
import type { Refusal } from '../../http/refusal.js'
import type { Dialect, DoorReply, DoorRequest, Exchange, TakePart } from '../dialect.js'
import { TimeEvidence } from '../time-evidence.js'
import { toldText } from '../told-text.js'
import { entryEnvelope, lineOf, streamEnvelope } from './entry-record.js'
import type { Labels, PushEntry } from './push.js'
import { readPushJson } from './push-json.js'
import { readPushProtobuf } from './push-protobuf.js'

/** Promtail, Alloy and Vector try 429 and 5xx again and drop everything else, so a slow network must not look final. */
const SLOW = 408
const TRY_AGAIN = 503
/** Fluent Bit tries everything again but 400, so for it these must not look like passing. */
const FINAL: ReadonlySet<number> = new Set([413, 415, 422])
const FINAL_FOR_FLUENT_BIT = 400

/**
 * Loki's push API (grafana.com/docs/loki, "Ingest logs"): streams of lines with labels, as protobuf in one snappy block, which
 * no header names, or as JSON. Accepted with 204 and no body.
 */
export const loki: Dialect = {
  name: 'loki',
  hasEventIds: recutsBatches,
  bodies: [
    { methods: ['POST'], path: '/loki/api/v1/push' },
    { methods: ['POST'], path: '/api/prom/push' },
  ],
  questions: [
    {
      methods: ['GET'],
      path: '/ready',
      scope: 'open',
      answer: () => ({ statusCode: 200, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: 'ready\n' }),
    },
    {
      methods: ['GET'],
      path: '/loki/api/v1/labels',
      scope: 'ingest',
      answer: () => ({ statusCode: 200, body: { status: 'success', data: [] } }),
    },
  ],
  encoding: (request) => {
    const named = request.headers['content-encoding']
    return isProtobuf(request) && (named === undefined || named === 'identity') ? 'snappy' : undefined
  },
  source: ({ headers }) => toldText(headers['x-scope-orgid']),
  open: (request) => new LokiPush(isProtobuf(request), recutsBatches(request)),
  refused: ({ statusCode, headers, body }: Refusal, request): DoorReply => {
    const text = { headers: { ...headers, 'content-type': 'text/plain; charset=utf-8' }, body: `${body.message}\n` }
    if (statusCode === SLOW) return { ...text, statusCode: TRY_AGAIN, headers: { ...text.headers, 'retry-after': '1' } }
    return { ...text, statusCode: FINAL.has(statusCode) && isFluentBit(request) ? FINAL_FOR_FLUENT_BIT : statusCode }
  },
}

/** As in Loki itself, what does not say that it is JSON is protobuf; but forms are what curl calls everything. */
function isProtobuf({ headers }: DoorRequest): boolean {
  const type = headers['content-type']?.toLowerCase() ?? ''
  return type === '' || type.includes('protobuf') || type.includes('octet-stream')
}

/** winston-loki puts lines that it could not deliver before new ones, and is the one that does not say its name. */
function recutsBatches({ headers }: DoorRequest): boolean {
  return headers['user-agent'] === undefined
}

function isFluentBit({ headers }: DoorRequest): boolean {
  return headers['user-agent']?.startsWith('Fluent-Bit') === true
}

class LokiPush implements Exchange {
  private readonly evidence = new TimeEvidence()
  private readonly envelopes = new Map<Labels, Envelope>()
  private readonly seen = new Map<string, number>()

  constructor(
    private readonly isProtobuf: boolean,
    private readonly hasEventIds: boolean,
  ) {}

  unpack(body: Buffer, take: TakePart): void {
    const takeEntry = (entry: PushEntry): void => {
      this.evidence.add(entry.nanoseconds)
      const envelope = entryEnvelope(this.envelopeOf(entry.labels), entry)
      // Without a time, or with one in whole seconds, the same line may well be another request.
      const isKnowable = this.hasEventIds && entry.tsMs !== undefined && entry.nanoseconds % 1e9 !== 0
      take(lineOf(entry.line), isKnowable ? { ...envelope, eventId: this.idOf(entry) } : envelope)
    }
    if (this.isProtobuf) readPushProtobuf(body, takeEntry)
    else readPushJson(body, takeEntry)
  }

  get isIdentifiable(): boolean {
    return this.evidence.isEnough
  }

  accepted(): DoorReply {
    return { statusCode: 204 }
  }

  private envelopeOf(labels: Labels): Envelope {
    let envelope = this.envelopes.get(labels)
    if (envelope === undefined) this.envelopes.set(labels, (envelope = streamEnvelope(labels)))
    return envelope
  }

  /** As Loki sees it, the same line at the same time in the same stream is the same entry, but not within one push. */
  private idOf({ labels, tsMs, nanoseconds, line }: PushEntry): string {
    const what = `${JSON.stringify(labels)}\n${tsMs}\n${nanoseconds}\n`
    const id = hash('sha256', Buffer.concat([Buffer.from(what), Buffer.from(line)]), 'base64url')
    const nth = (this.seen.get(id) ?? 0) + 1
    this.seen.set(id, nth)
    return `${id}.${nth}`
  }
}
