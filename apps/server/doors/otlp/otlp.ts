import type { Refusal } from '../../http/refusal.js'
import type { CountedBody } from '../../ingest/intake.js'
import type { Dialect, DoorReply, DoorRequest, Exchange, TakePart } from '../dialect.js'
import { TimeEvidence } from '../time-evidence.js'
import { toldText } from '../told-text.js'
import { accessRecordOf } from './access-record.js'
import type { TakeRecord } from './log-record.js'
import { exportReply, statusReply, type OtlpType } from './otlp-reply.js'
import { readJson } from './read-json.js'
import { readProtobuf } from './read-protobuf.js'

/** Senders try 429, 502, 503 and 504 again and drop everything else, so a slow network must not look final. */
const SLOW = 408
const TRY_AGAIN = 503
const OPEN_BRACE = 0x7b
const NS_PER_SECOND = 1_000_000_000n

/**
 * OTLP over HTTP (opentelemetry.io, "OTLP Specification"): log records in protobuf or JSON, answered in the same, with a
 * partial success where records were rejected and google.rpc.Status where the request was. Under `/otlp`, as Loki has it, too.
 */
export const otlp: Dialect = {
  name: 'otlp',
  bodies: [
    { methods: ['POST'], path: '/v1/logs' },
    { methods: ['POST'], path: '/otlp/v1/logs' },
  ],
  source: ({ headers }) => toldText(headers['x-scope-orgid']),
  open: (request) => new OtlpBody(typeOf(request)),
  refused: ({ statusCode, headers, body }: Refusal, request): DoorReply => {
    const type = typeOf(request) ?? 'application/json'
    if (statusCode !== SLOW) return statusReply(type, statusCode, headers, body.message)
    return statusReply(type, TRY_AGAIN, { 'retry-after': '1' }, body.message)
  },
}

/** Null where the request does not say. */
function typeOf({ headers }: DoorRequest): OtlpType | null {
  const type = headers['content-type']?.toLowerCase() ?? ''
  if (type.includes('json')) return 'application/json'
  return type.includes('protobuf') ? 'application/x-protobuf' : null
}

class OtlpBody implements Exchange {
  private readonly evidence = new TimeEvidence()
  private records = 0

  constructor(private type: OtlpType | null) {}

  unpack(body: Buffer, take: TakePart): void {
    this.type ??= body[0] === OPEN_BRACE ? 'application/json' : 'application/x-protobuf'
    const takeRecord: TakeRecord = (log, resource) => {
      this.records++
      this.evidence.add(Number(log.timeNs % NS_PER_SECOND))
      const { record, envelope } = accessRecordOf(log, resource)
      take(record, envelope)
    }
    if (this.type === 'application/json') readJson(body, takeRecord)
    else readProtobuf(body, takeRecord)
  }

  get isIdentifiable(): boolean {
    return this.evidence.isEnough
  }

  accepted({ rejected, errors }: CountedBody): DoorReply {
    const type = this.type ?? 'application/x-protobuf'
    const [first] = errors
    // Records that are well and only count no request are no error of the sender.
    if (first === undefined) return exportReply(type, 0, '')
    const why = `${rejected} rejected, the first (record ${first.index}) for ${first.reason}`
    // A body of several lines is several events.
    return exportReply(type, Math.min(rejected, this.records), why)
  }
}
