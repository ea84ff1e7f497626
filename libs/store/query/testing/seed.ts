import { createHash } from 'node:crypto'
import type { Pool } from 'pg'
import { CLASS_INDEX, OUTCOME_INDEX, OWNER_INDEX, type Outcome, type Owner, type StatusClass } from '#catalog'
import { decodeHistogram, EMPTY_HISTOGRAM, encodeHistogram, mergeHistograms } from '#delta'
import { ensurePartitions, DEFAULT_RETENTION } from '../../partitions.js'
import type { RowKey } from '../dimension.js'
import { BUCKET_MS, TIERS } from '../tier.js'

/** One series in one ten-second bucket, as a test states it. */
export interface SeededCell {
  readonly atMs: number
  readonly count: number
  readonly bytes?: number
  readonly retries?: number
  readonly estimated?: boolean
  readonly labels?: Partial<Required<RowKey>>
}

/** The labels of a cell that states none. */
export const USUAL_LABELS: Required<RowKey> = {
  source: 'edge',
  gateway: 'gw',
  service: 'shop',
  route: '/cart',
  method: 'GET',
  protocol: 'http/1.1',
  code: 200,
  class: 'success',
  outcome: 'success',
  owner: 'unknown',
}

/** Labels of a code, its class and outcome by range; throttled for 429. */
export function labelsOfCode(code: number | null): Partial<Required<RowKey>> {
  const hundred = Math.floor((code ?? 0) / 100)
  const [statusClass, outcome, owner] = BY_HUNDRED[hundred] ?? BY_HUNDRED[0] ?? ['none', 'unknown', 'unknown']
  return { code, class: statusClass, outcome: code === 429 ? 'throttled' : outcome, owner }
}

const BY_HUNDRED: readonly (readonly [StatusClass, Outcome, Owner])[] = [
  ['none', 'unknown', 'unknown'],
  ['informational', 'interim', 'unknown'],
  ['success', 'success', 'unknown'],
  ['redirection', 'redirect', 'unknown'],
  ['client_error', 'client_error', 'client'],
  ['server_error', 'server_error', 'upstream'],
]

/** Writes cells and their rollups as the fold does, into all four tiers (or those named), with their series and sources. */
export class Seed {
  constructor(private readonly pool: Pool) {}

  /** Makes the partitions around a time. */
  async partitions(nowMs: number): Promise<void> {
    await ensurePartitions(this.pool, nowMs, DEFAULT_RETENTION)
  }

  /** Adds cells. */
  async cells(cells: readonly SeededCell[], tiers: readonly string[] = TIERS.map(({ name }) => name)): Promise<void> {
    const ids = new Map<string, number>()
    for (const { labels } of cells) {
      const all = { ...USUAL_LABELS, ...labels }
      const key = JSON.stringify(all)
      if (!ids.has(key)) ids.set(key, await this.series(all))
    }
    for (const { name, width } of TIERS.filter((tier) => tiers.includes(tier.name))) {
      const columns = [
        cells.map(({ atMs }) => Math.floor(atMs / (BUCKET_MS * width)) * width),
        cells.map(({ labels }) => ids.get(JSON.stringify({ ...USUAL_LABELS, ...labels }))),
        cells.map(({ count }) => count),
        cells.map(({ bytes }) => bytes ?? 0),
        cells.map(({ retries }) => retries ?? 0),
        cells.map(({ estimated }) => estimated ?? null),
      ]
      await this.pool.query(UPSERT(`cell_${name}`, 'series_id', 'series.id'), columns)
      await this.pool.query(UPSERT(`rollup_${name}`, 'rollup_id', 'series.rollup_id'), columns)
    }
  }

  /** Makes or changes a source. */
  async source(name: string, columns: Record<string, unknown> = {}): Promise<void> {
    await this.pool.query('INSERT INTO source (name) VALUES ($1) ON CONFLICT DO NOTHING', [name])
    for (const [column, value] of Object.entries(columns))
      await this.pool.query(`UPDATE source SET ${column} = $2 WHERE name = $1`, [name, value])
  }

  /** Adds durations in one minute, all in one histogram bucket. */
  async durations(atMs: number, bucketIndex: number, count: number, sumMs: number, labels: Partial<RowKey> = {}) {
    const { source, gateway, service, route, class: statusClass } = { ...USUAL_LABELS, ...labels }
    const { rows } = await this.pool.query<{ id: number }>(LATENCY_GROUP, [
      digest([source, gateway, service, route, statusClass]),
      source,
      gateway,
      service,
      route,
      CLASS_INDEX[statusClass],
    ])
    const added = { indexes: Uint16Array.of(bucketIndex), counts: Float64Array.of(count) }
    for (const { name, width } of TIERS.slice(1)) {
      const place = [Math.floor(atMs / (BUCKET_MS * width)) * width, rows[0]?.id]
      const { rows: held } = await this.pool.query<{ count: number; sum_ms: number; histogram: Uint8Array }>(
        `DELETE FROM latency_${name} WHERE bucket = $1 AND group_id = $2 RETURNING *`,
        place,
      )
      const old = held[0]
      const before = (old && decodeHistogram(old.histogram)) ?? EMPTY_HISTOGRAM
      await this.pool.query(`INSERT INTO latency_${name} VALUES ($1, $2, $3, $4, $5)`, [
        ...place,
        count + Number(old?.count ?? 0),
        sumMs + (old?.sum_ms ?? 0),
        encodeHistogram(mergeHistograms(before, added)),
      ])
    }
  }

  /** Makes a series and returns its id. */
  async series(labels: Required<RowKey>): Promise<number> {
    await this.source(labels.source)
    const { source, gateway, service, code, class: statusClass, outcome, owner } = labels
    const whole = [
      source,
      gateway,
      service,
      code ?? 0,
      CLASS_INDEX[statusClass],
      OUTCOME_INDEX[outcome],
      OWNER_INDEX[owner],
    ]
    const held = await this.pool.query<{ id: number }>(FIND_ROLLUP, whole)
    const rollup = held.rows[0] ?? (await this.pool.query<{ id: number }>(ROLLUP, whole)).rows[0]
    const { rows } = await this.pool.query<{ id: number }>(SERIES, [
      digest(Object.values(labels)),
      labels.source,
      labels.gateway,
      labels.service,
      labels.route,
      labels.method,
      labels.protocol,
      labels.code ?? 0,
      CLASS_INDEX[labels.class],
      OUTCOME_INDEX[labels.outcome],
      OWNER_INDEX[labels.owner],
      rollup?.id,
    ])
    return rows[0]?.id ?? 0
  }
}

function digest(labels: readonly unknown[]): Buffer {
  return createHash('sha256').update(JSON.stringify(labels)).digest().subarray(0, 16)
}

const UPSERT = (table: string, id: string, from: string) => `
INSERT INTO ${table} AS held (bucket, ${id}, count, bytes, retries, estimated)
SELECT bucket, ${from}, sum(count), sum(bytes), nullif(sum(retries), 0), nullif(bool_or(estimated), false)
FROM unnest($1::int[], $2::int[], $3::bigint[], $4::bigint[], $5::bigint[], $6::boolean[])
  AS cell (bucket, series_id, count, bytes, retries, estimated) JOIN series ON series.id = series_id
GROUP BY bucket, ${from}
ON CONFLICT (bucket, ${id}) DO UPDATE SET count = held.count + excluded.count,
  bytes = held.bytes + excluded.bytes, retries = coalesce(held.retries + excluded.retries, held.retries, excluded.retries),
  estimated = held.estimated OR excluded.estimated`

const FIND_ROLLUP = `
SELECT id FROM rollup WHERE (source, gateway, service, code, class, outcome, owner) = ($1, $2, $3, $4, $5, $6, $7)`

const ROLLUP = `
INSERT INTO rollup (source, gateway, service, code, class, outcome, owner) VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id`

const SERIES = `
INSERT INTO series (digest, source, gateway, service, route, method, protocol, code, class, outcome, owner, rollup_id)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
ON CONFLICT (digest) DO UPDATE SET source = excluded.source RETURNING id`

const LATENCY_GROUP = `
INSERT INTO latency_group (digest, source, gateway, service, route, class) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (digest) DO UPDATE SET source = excluded.source RETURNING id`
