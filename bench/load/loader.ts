import { connect, type Socket } from 'node:net'
import { BatchRequest } from './batch-request.js'
import { ReplyReader, type Reply } from './reply-reader.js'

/*
 * node loader.js URL SECONDS CONNECTIONS EVENTS FIRST: keeps CONNECTIONS batches of EVENTS events under way for SECONDS, each
 * a new one (numbered from FIRST), and prints what was acknowledged as JSON. A process of its own, so that it does not share
 * the server's event loop.
 */
export interface Loaded {
  readonly seconds: number
  readonly batches: number
  readonly acknowledged: number
  readonly duplicate: number
  readonly rejected: number
  /** Replies that were no 202, by status; their events are not acknowledged. */
  readonly refused: Readonly<Record<string, number>>
  /** Milliseconds from the first byte sent to the reply, ascending. */
  readonly ackMs: readonly number[]
  readonly cpuSeconds: number
}

const [address = '', seconds = '10', connections = '64', events = '1000', first = '0'] = process.argv.slice(2)
const url = new URL(address)
const counts = { batches: 0, acknowledged: 0, duplicate: 0, rejected: 0 }
const refused: Record<string, number> = {}
const ackMs: number[] = []
let nextBatch = Number(first)
const requests = Array.from(
  { length: Number(connections) },
  (_, connection) => new BatchRequest(url, Number(events), connection + 1),
)
// The clock starts when the bodies are there: a slow machine would otherwise send nothing in a short run.
const beganAt = performance.now()
const endAt = beganAt + Number(seconds) * 1000
let open = Number(connections)

const finish = (): void => {
  if (--open > 0) return
  const { user, system } = process.cpuUsage()
  const loaded: Loaded = {
    seconds: (performance.now() - beganAt) / 1000,
    ...counts,
    refused,
    ackMs: ackMs.sort((a, b) => a - b),
    cpuSeconds: (user + system) / 1e6,
  }
  process.stdout.write(JSON.stringify(loaded))
}

const count = (reply: Reply, sentAt: number): void => {
  if (reply.status !== 202) {
    refused[reply.status] = (refused[reply.status] ?? 0) + 1
    return
  }
  ackMs.push(performance.now() - sentAt)
  counts.batches++
  counts.acknowledged += reply.accepted
  counts.duplicate += reply.duplicate
  counts.rejected += reply.rejected
}

/** One connection: a batch, its reply, the next batch. */
const run = (request: BatchRequest): void => {
  const replies = new ReplyReader(request.events)
  let sentAt = 0
  const send = (): void => {
    if (performance.now() >= endAt) {
      socket.end()
      return
    }
    request.renew(nextBatch++, Date.now())
    sentAt = performance.now()
    socket.write(request.bytes)
  }
  const received = (size: number, buffer: Uint8Array): boolean => {
    const reply = replies.take(buffer.subarray(0, size) as Buffer)
    if (reply === null) return true
    count(reply, sentAt)
    if (reply.status === 202) send()
    else setTimeout(send, 50)
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
