import { keyText, type Dimension, type LabelRow } from './dimension.js'
import type { Condition } from './filter.js'
import type { Snapshot } from './snapshot.js'
import { firstDataSql, knownSql } from './statements/known-sql.js'
import type { SteppedSpan } from './stepped-span.js'
import { BUCKET_MS } from './tier.js'

/** Tells silence from ignorance: may it be said that nothing happened to these labels in a step? */
export interface Known {
  at(labels: LabelRow, fromMs: number, toMs: number): boolean
}

/** Labels that name who was counted; the others name what happened, and are no reason to know more or less. */
const WHO: readonly Dimension[] = ['source', 'gateway', 'service']

/** Something is known of a service from its first data on, until its last source falls silent. */
export async function readKnown(
  snapshot: Snapshot,
  question: {
    by: readonly Dimension[]
    conditions: readonly Condition[]
    stepped: SteppedSpan
    edges: readonly number[]
  },
): Promise<Known> {
  const by = question.by.filter((dimension) => WHO.includes(dimension))
  const conditions = question.conditions.filter(({ column }) => WHO.includes(column))
  const { span } = question.stepped
  const known = new Map<string, { fromMs: number; toMs: number }>()
  for (const row of await snapshot.rows<LabelRow & { from_ms: number | null; to_ms: number | null }>(
    knownSql({ by, conditions }),
  ))
    if (row.from_ms !== null && row.to_ms !== null)
      known.set(keyText(row, by), { fromMs: row.from_ms, toMs: row.to_ms })
  if ([...known.values()].some(({ fromMs }) => fromMs > span.fromMs)) {
    const [from, to] = [span.fromMs / BUCKET_MS, span.toMs / BUCKET_MS]
    const statement = firstDataSql({ by, conditions, tier: span.tier, from, to })
    for (const row of await snapshot.rows<LabelRow & { bucket: number | null }>(statement)) {
      const entry = known.get(keyText(row, by))
      if (entry !== undefined && row.bucket !== null) entry.fromMs = Math.min(entry.fromMs, row.bucket * BUCKET_MS)
    }
  }
  return {
    at: (labels, fromMs, toMs) => {
      const entry = known.get(keyText(labels, by))
      return entry !== undefined && toMs > entry.fromMs && fromMs < entry.toMs
    },
  }
}
