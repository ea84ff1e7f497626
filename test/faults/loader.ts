import { setTimeout as wait } from 'node:timers/promises'

/** Where to send: read again at each attempt, so that it may move. */
export interface LoadTarget {
  readonly url: string
}

/** One batch of the loader; its events carry ids that no other batch has. */
export interface LoadBatch {
  readonly name: string
  /** Every other batch has an idempotency key; the rest are known by their content. */
  readonly key: string | null
  readonly body: string
  readonly events: number
}

const STATUSES = [200, 200, 200, 201, 304, 404, 429, 500, 502, 503]

/** Numbered batches with unique request ids, spread over services, routes, statuses and the last two minutes. */
export function loadBatches(
  run: string,
  count: number,
  eventsEach: number,
  nowMs: number,
  random: () => number,
): LoadBatch[] {
  return Array.from({ length: count }, (_, b) => {
    const lines = Array.from({ length: eventsEach }, (_, e) =>
      JSON.stringify({
        ts: nowMs - Math.floor(random() * 120_000),
        gateway: `gw-${b % 2}`,
        service: `svc-${e % 5}`,
        method: 'GET',
        path: `/items/${Math.floor(random() * 1e6)}`,
        status: STATUSES[Math.floor(random() * STATUSES.length)],
        duration_ms: Math.floor(random() * 500),
        request_id: `${run}-${b}-${e}`,
      }),
    )
    return { name: `${run}-${b}`, key: b % 2 === 0 ? `${run}-${b}` : null, body: lines.join('\n'), events: eventsEach }
  })
}

/** What the loader remembers of its work. */
export interface LoadRecord {
  acknowledged: number
  acceptedSaid: number
  duplicateSaid: number
  attempts: number
}

/**
 * Sends every batch until it is acknowledged, `workers` at a time. A batch without an answer is sent again as it is.
 * Throws when a batch is still without one at the deadline, or when the server refuses one for good.
 * `answerWithinMs` gives up on a server that hangs; without it no batch is sent twice because the machine is slow.
 */
export async function load(
  target: LoadTarget,
  batches: readonly LoadBatch[],
  options: { workers: number; deadlineMs: number; answerWithinMs?: number },
): Promise<LoadRecord> {
  const record: LoadRecord = { acknowledged: 0, acceptedSaid: 0, duplicateSaid: 0, attempts: 0 }
  const deadline = Date.now() + options.deadlineMs
  const answerWithinMs = options.answerWithinMs ?? options.deadlineMs
  let next = 0
  const worker = async () => {
    for (let batch = batches[next++]; batch !== undefined; batch = batches[next++]) {
      await untilAcknowledged(target, batch, { deadline, answerWithinMs }, record)
    }
  }
  await Promise.all(Array.from({ length: options.workers }, worker))
  return record
}

async function untilAcknowledged(
  target: LoadTarget,
  batch: LoadBatch,
  limits: { readonly deadline: number; readonly answerWithinMs: number },
  record: LoadRecord,
): Promise<void> {
  let last = 'nothing'
  while (Date.now() < limits.deadline) {
    record.attempts += 1
    try {
      const response = await fetch(`${target.url}/v1/ingest/loader`, {
        method: 'POST',
        body: batch.body,
        headers: {
          'content-type': 'application/x-ndjson',
          ...(batch.key === null ? {} : { 'idempotency-key': batch.key }),
        },
        signal: AbortSignal.timeout(limits.answerWithinMs),
      })
      const text = await response.text()
      if (response.status === 202) {
        const said = JSON.parse(text) as { accepted: number; duplicate: number }
        record.acknowledged += batch.events
        record.acceptedSaid += said.accepted
        record.duplicateSaid += said.duplicate
        return
      }
      last = `${response.status} ${text}`
      if (![429, 503].includes(response.status)) throw new Refused(last)
    } catch (error) {
      if (error instanceof Refused) throw error
      last = String(error)
    }
    await wait(30) // before the next try, inside the deadline
  }
  throw new Error(`batch ${batch.name} was not acknowledged in time; last: ${last}`)
}

/** An answer that a loader must never get for a good batch. */
class Refused extends Error {}
