import { connect, type Socket } from 'node:net'
import { percentile } from '../statistics.js'
import { BatchRequest } from './batch-request.js'
import { ReplyReader, type Reply } from './reply-reader.js'

/*
 * node loader.js URL SECONDS CONNECTIONS EVENTS FIRST: keeps CONNECTIONS batches of EVENTS events under way for SECONDS, each
 * a new one (numbered from FIRST), and prints what was acknowledged as JSON. A batch that is refused is sent again, as a shipper
 * does: when the reply says, until it is taken, behind the end as well. A process of its own, so that it does not share the
 * server's event loop.
 */
export interface Loaded {
  readonly seconds: number
  readonly batches: number
  readonly acknowledged: number
  readonly duplicate: number
  readonly rejected: number
  /** Replies that were no 202, by status; their events are not acknowledged by them. */
  readonly refused: Readonly<Record<string, number>>
  /** Events of batches that were counted although an earlier reply refused them; they are among the acknowledged ones. */
  readonly recovered: number
  /** Milliseconds from the first byte sent to the reply, ascending. */
  readonly ackMs: readonly number[]
  /** The same, second by second of the run. */
  readonly bySecond: readonly Second[]
  readonly cpuSeconds: number
}

/** What was acknowledged in one second. */
export interface Second {
  readonly batches: number
  readonly p99Ms: number
}

/** A batch that is refused for so long behind the end is given up. */
const GIVE_UP_MS = 60_000
/** Where a refusal does not say when to come again. */
const RETRY_MS = 50

const [address = '', seconds = '10', connections = '64', events = '1000', first = '0'] = process.argv.slice(2)
const url = new URL(address)
const counts = { batches: 0, acknowledged: 0, duplicate: 0, rejected: 0 }
const refused: Record<string, number> = {}
const ackMs: number[][] = []
let recovered = 0
let nextBatch = Number(first)
const requests = Array.from(
  { length: Number(connections) },
  (_, connection) => new BatchRequest(url, Number(events), connection + 1),
)
// The clock starts when the bodies are there: a slow machine would otherwise send nothing in a short run.
const beganAt = performance.now()
const endAt = beganAt + Number(seconds) * 1000
let open = Number(connections)

const ascending = (a: number, b: number): number => a - b

const finish = (): void => {
  if (--open > 0) return
  const { user, system } = process.cpuUsage()
  const loaded: Loaded = {
    seconds: (performance.now() - beganAt) / 1000,
    ...counts,
    refused,
    recovered,
    ackMs: ackMs.flat().sort(ascending),
    bySecond: Array.from(ackMs, (second = []) => ({
      batches: second.length,
      p99Ms: percentile(second.sort(ascending), 0.99),
    })),
    cpuSeconds: (user + system) / 1e6,
  }
  process.stdout.write(JSON.stringify(loaded))
}

const count = (reply: Reply, sentAt: number, isAgain: boolean): void => {
  if (reply.status !== 202) {
    refused[reply.status] = (refused[reply.status] ?? 0) + 1
    return
  }
  const now = performance.now()
  const second = (ackMs[Math.floor((now - beganAt) / 1000)] ??= [])
  // Printed by the million.
  second.push(Math.round((now - sentAt) * 100) / 100)
  const counted = isAgain ? reply.duplicate : 0
  counts.batches++
  recovered += counted
  counts.acknowledged += reply.accepted + counted
  counts.duplicate += reply.duplicate - counted
  counts.rejected += reply.rejected
}

/** One connection: a batch, its reply, the next batch. */
const run = (request: BatchRequest): void => {
  const replies = new ReplyReader(request.events)
  let sentAt = 0
  let isAgain = false
  const send = (): void => {
    if (performance.now() >= endAt + (isAgain ? GIVE_UP_MS : 0)) {
      socket.end()
      return
    }
    if (!isAgain) request.renew(nextBatch++, Date.now())
    sentAt = performance.now()
    socket.write(request.bytes)
  }
  const received = (size: number, buffer: Uint8Array): boolean => {
    const reply = replies.take(buffer.subarray(0, size) as Buffer)
    if (reply === null) return true
    count(reply, sentAt, isAgain)
    isAgain = reply.status !== 202
    if (isAgain) setTimeout(send, reply.retryAfterMs ?? RETRY_MS)
    else send()
    return true
  }
  const socket: Socket = connect({
    port: Number(url.port),
    host: url.hostname,
    noDelay: true,
    // No new buffer and no stream event for every reply.
    onread: { buffer: Buffer.alloc(16 * 1024), callback: received },
  })
  socket.on('connect', send)
  socket.on('error', () => (refused['connection'] = (refused['connection'] ?? 0) + 1))
  socket.on('close', finish)
}

for (const request of requests) run(request)
