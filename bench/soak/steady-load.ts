import type { Labels } from '../query/labels.js'

/** What the load has sent so far. */
export interface Sent {
  /** Events that were acknowledged. */
  readonly acknowledged: number
  /** Batches that were not. */
  readonly refused: number
  /** Milliseconds from request to reply of the batches since they were last taken. */
  takeAckMs(): number[]
}

const EVENTS_PER_BATCH = 1_000

/**
 * Sends events of all these series in turn at a steady rate, until it is aborted: one batch after another, each of one source and due at
 * its own time, so that a slow answer is made up for. Rejects where an event is not accepted.
 */
export class SteadyLoad implements Sent {
  acknowledged = 0
  refused = 0
  private ackMs: number[] = []
  private readonly batches: readonly (readonly Labels[])[]

  constructor(
    private readonly url: string,
    series: readonly Labels[],
    private readonly eventsPerSecond: number,
  ) {
    const bySource = [...Map.groupBy(series, ({ source }) => source).values()]
    this.batches = bySource.flatMap((own) =>
      Array.from({ length: Math.ceil(own.length / EVENTS_PER_BATCH) }, (_, at) =>
        own.slice(at * EVENTS_PER_BATCH, (at + 1) * EVENTS_PER_BATCH),
      ),
    )
  }

  takeAckMs(): number[] {
    const taken = this.ackMs
    this.ackMs = []
    return taken
  }

  async run(signal: AbortSignal): Promise<void> {
    let dueMs = performance.now()
    for (let number = 0; !signal.aborted; number++) {
      const batch = this.batches[number % this.batches.length]!
      const body = batch.map((labels, event) => lineOf(labels, number, event)).join('\n')
      const beganMs = performance.now()
      const reply = await fetch(`${this.url}/v1/ingest/${batch[0]!.source}`, {
        method: 'POST',
        headers: { 'content-type': 'application/x-ndjson' },
        body,
      })
      await this.count(reply, batch.length)
      this.ackMs.push(performance.now() - beganMs)
      dueMs += (batch.length / this.eventsPerSecond) * 1_000
      const restMs = dueMs - performance.now()
      if (restMs > 0) await new Promise((resolve) => setTimeout(resolve, restMs))
    }
  }

  private async count(reply: Response, events: number): Promise<void> {
    const told = (await reply.json()) as { accepted?: number }
    if (reply.status !== 202) this.refused++
    else if (told.accepted === events) this.acknowledged += events
    else throw new Error(`every event was new and valid, yet: ${JSON.stringify(told)}`)
  }
}

const lineOf = ({ gateway, service, route, method, code }: Labels, batch: number, event: number): string =>
  `{"ts":"${new Date().toISOString()}","gateway":"${gateway}","service":"${service}","route":"${route}","method":"${method}",` +
  `"path":"/","status":${code},"duration_ms":${1 + ((batch * 31 + event * 7) % 400)},"bytes":1234,` +
  `"request_id":"${batch.toString(16).padStart(16, '0')}${event.toString(16).padStart(16, '0')}"}`
