import type { Envelope } from '#event'
import type { Dialect, DoorReply, DoorRequest, Exchange, Question, TakePart } from '../dialect.js'
import { lineBlocks } from '../line-blocks.js'
import { TimeEvidence } from '../time-evidence.js'
import { toldText } from '../told-text.js'
import { readHecEvents } from './hec-events.js'
import { hecRefusal, hecReply, unusable, type HecCode } from './hec-reply.js'

const COLLECTOR = '/services/collector'
const EVENT_PATHS = ['', '/event', '/event/1.0'] as const

/**
 * Splunk's HTTP Event Collector (docs: Splunk, "Format events for HTTP Event Collector"): events in wrappings that stand one
 * after another, or raw lines. Forwarders take 200 alone for success, try 503 again and drop other 4xx.
 */
export const splunk: Dialect = {
  name: 'splunk_hec',
  ownsQuery: true,
  bodies: [...EVENT_PATHS, '/raw', '/raw/1.0'].map((path) => ({ methods: ['POST'], path: COLLECTOR + path })),
  questions: [
    ...['/health', '/health/1.0'].map((path) =>
      asked('GET', path, async (_, notReady) => ((await notReady()) === null ? 17 : 18)),
    ),
    // Nobody was given an `ackId`; some poll all the same.
    ...['/ack', '/ack/1.0'].map((path) => asked('POST', path, async () => 14)),
    // By this Docker's driver finds out, before a container starts, whether anybody is there.
    ...EVENT_PATHS.map((path) => asked('OPTIONS', path, async () => 0)),
  ],
  // A header beats it, as in Splunk.
  token: ({ headers, query }) => (headers.authorization === undefined ? (toldText(query['token']) ?? null) : null),
  source: ({ query }) => toldText(query['source']),
  open: (request) => (isRaw(request) ? new RawBody(request) : new EventBody()),
  refused: (refusal, request) =>
    isHealth(request) && refusal.statusCode === 503 ? hecReply(18) : hecRefusal(refusal, request),
}

/** A question that everybody may ask. */
function asked(
  method: string,
  path: string,
  code: (...asked: Parameters<Question['answer']>) => Promise<HecCode>,
): Question {
  return {
    methods: [method],
    path: COLLECTOR + path,
    scope: 'open',
    answer: async (...all) => hecReply(await code(...all)),
  }
}

function isRaw({ url }: DoorRequest): boolean {
  return url.startsWith(`${COLLECTOR}/raw`)
}

function isHealth({ url }: DoorRequest): boolean {
  return url.startsWith(`${COLLECTOR}/health`)
}

class EventBody implements Exchange {
  private readonly evidence = new TimeEvidence()

  unpack(body: Buffer, take: TakePart): void {
    readHecEvents(body, this.evidence, take)
  }

  get isIdentifiable(): boolean {
    return this.evidence.isEnough
  }

  accepted(): DoorReply {
    return hecReply(0)
  }
}

/** Lines, as Cloudflare's Logpush sends them. */
class RawBody implements Exchange {
  constructor(private readonly request: DoorRequest) {}

  unpack(body: Buffer, take: TakePart): void {
    if (body.every((byte) => byte <= SPACE)) throw unusable(5)
    const gateway = toldText(this.request.query['host'])
    const envelope: Envelope | null = gateway === undefined ? null : { gateway }
    for (const lines of lineBlocks(body)) take(lines, envelope)
  }

  accepted(): DoorReply {
    return hecReply(0)
  }
}

const SPACE = 0x20
