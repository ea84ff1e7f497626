import type { PoolClient } from 'pg'
import { ADD_CONSUMERS, ADD_SAMPLES } from '../sql/examples.js'
import { clean, column } from './column.js'
import type { FoldPlan } from './fold-plan.js'
import type { TierWindows } from './tier-windows.js'

/** Samples kept of one series in one minute, besides one of each ten seconds: at most eight. */
const SAMPLES_PER_MINUTE = 3
/** Consumers named in one minute of one service. */
const CONSUMERS_PER_MINUTE = 50
/** The key of a row must fit into a page of an index. */
const LONGEST_TEXT = 200
const BUCKET_MS = 10_000

/** Adds examples of failing requests. */
export async function writeSamples(client: PoolClient, plan: FoldPlan, windows: TierWindows): Promise<void> {
  const rows = plan.samples
    .map((sample) => ({ ...sample, bucket: Math.floor(sample.atMs / BUCKET_MS) }))
    .filter((sample) => sample.bucket >= windows.sample)
  if (rows.length === 0) return
  await client.query(ADD_SAMPLES, [
    column(rows.map((row) => row.bucket)),
    column(rows.map((row) => row.atMs)),
    column(rows.map((row) => plan.series[row.series]?.entry.id ?? 0)),
    rows.map((row) => row.durationMs),
    rows.map((row) => short(row.requestId)),
    rows.map((row) => short(row.traceId)),
    rows.map((row) => short(row.detail)),
    SAMPLES_PER_MINUTE,
  ])
}

/** Adds throttled events by consumer. */
export async function writeConsumers(client: PoolClient, plan: FoldPlan, windows: TierWindows): Promise<void> {
  const sums = new Map<string, FoldPlan['consumers'][number]>()
  for (const row of plan.consumers) {
    if (row.bucket < windows.consumer_1m) continue
    const consumer = short(row.consumer) ?? ''
    const name = JSON.stringify([row.bucket, row.source, row.service, consumer])
    sums.set(name, { ...row, consumer, count: row.count + (sums.get(name)?.count ?? 0) })
  }
  const rows = [...sums.values()]
  if (rows.length === 0) return
  await client.query(ADD_CONSUMERS, [
    column(rows.map((row) => row.bucket)),
    rows.map((row) => clean(row.source)),
    rows.map((row) => clean(row.service)),
    rows.map((row) => row.consumer),
    column(rows.map((row) => row.count)),
    CONSUMERS_PER_MINUTE,
  ])
}

const short = (text: string | null): string | null => (text === null ? null : clean(text.slice(0, LONGEST_TEXT)))
