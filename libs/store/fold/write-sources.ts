import type { PoolClient } from 'pg'
import { OUTCOME_INDEX } from '#catalog'
import { addLedger, DELIVERIES, emptyLedger, type Ledger, type SourceRow } from '#delta'
import { ADD_TO_SOURCE_REJECTS, ADD_TO_SOURCES } from '../sql/sources.js'
import { column } from './column.js'
import type { FoldPlan, SourceChange } from './fold-plan.js'
import type { SourceEntry } from './series-book.js'

/** Adds to the ledgers and moves the watermarks, in the table and in the book. */
export async function writeSources(client: PoolClient, plan: FoldPlan): Promise<void> {
  const { sources } = plan
  const fates = fatesOf(plan)
  const changes = [...sources]
    .map(([entry, change]) => ({ entry, ...summed(change), overflowed: change.overflowed }))
    .toSorted((a, b) => a.entry.id - b.entry.id)
  if (changes.length === 0) return
  const of = (pick: (change: Summed) => number) => column(changes.map(pick))
  await client.query({
    name: 'add_to_sources',
    text: ADD_TO_SOURCES,
    values: [
      of(({ entry }) => entry.id),
      of(watermarkOf),
      of(({ newest }) => newest.arrivedAtMs),
      changes.map(lagOf),
      of(({ weakestDelivery }) => weakestDelivery),
      of(({ ledger }) => ledger.received),
      of(({ ledger }) => ledger.accepted),
      of(({ ledger }) => ledger.duplicate),
      of(({ ledger }) => ledger.rejected),
      of(({ ledger }) => ledger.shed),
      of(({ ledger }) => ledger.replayed),
      of(({ ledger }) => ledger.rejectedBy.in_future ?? 0),
      of(({ overflowed, ledgerOverflow }) => overflowed + ledgerOverflow),
      of(({ entry }) => entry.seriesUsed),
      of(({ entry }) => fates.get(entry)?.good ?? 0),
      of(({ entry }) => fates.get(entry)?.failed ?? 0),
    ],
  })
  await addRejects(client, changes)
  for (const change of changes) change.entry.watermarkMs = Math.max(change.entry.watermarkMs, watermarkOf(change))
}

/** Events of one source by whether they were an error. */
interface Fates {
  good: number
  failed: number
}

const GOOD: ReadonlySet<number> = new Set([OUTCOME_INDEX.interim, OUTCOME_INDEX.success, OUTCOME_INDEX.redirect])

function fatesOf({ cells, series }: FoldPlan): Map<SourceEntry, Fates> {
  const fates = new Map<SourceEntry, Fates>()
  for (let cell = 0; cell < cells.length; cell++) {
    const planned = series[cells.series[cell] ?? 0]
    if (planned === undefined) continue
    let fate = fates.get(planned.source)
    if (fate === undefined) fates.set(planned.source, (fate = { good: 0, failed: 0 }))
    if (GOOD.has(planned.row.outcome)) fate.good += cells.count[cell] ?? 0
    else fate.failed += cells.count[cell] ?? 0
  }
  return fates
}

interface Summed {
  readonly entry: SourceEntry
  readonly ledger: Ledger
  readonly newest: SourceRow
  readonly newestEventMs: number
  /** Index into DELIVERIES. */
  readonly weakestDelivery: number
  readonly overflowed: number
  /** Of the tallies, before the journal. */
  readonly ledgerOverflow: number
}

function summed({ rows }: SourceChange): Omit<Summed, 'entry' | 'overflowed'> {
  const ledger = emptyLedger()
  for (const row of rows) addLedger(ledger, row.ledger)
  const [first, ...others] = rows
  if (first === undefined) throw new Error('a source changed without a reason')
  const newest = others.reduce((best, row) => (row.arrivedAtMs > best.arrivedAtMs ? row : best), first)
  return {
    ledger,
    newest,
    newestEventMs: Math.max(...rows.map((row) => row.newestEventMs)),
    weakestDelivery: Math.max(0, ...rows.map((row) => DELIVERIES.indexOf(row.delivery))),
    ledgerOverflow: rows.reduce((sum, row) => sum + row.overflowed, 0),
  }
}

/** Never past the arrival: one event with a fast clock must not make the others late. */
const watermarkOf = ({ newest, newestEventMs }: Summed): number => Math.min(newestEventMs, newest.arrivedAtMs)

const lagOf = ({ newest, newestEventMs }: Summed): number | null =>
  newestEventMs === 0 ? null : Math.max(0, newest.arrivedAtMs - newestEventMs)

async function addRejects(client: PoolClient, changes: readonly Summed[]): Promise<void> {
  const rows = changes.flatMap(({ entry, ledger }) =>
    Object.entries(ledger.rejectedBy)
      .filter(([, count]) => count > 0)
      .map(([reason, count]) => ({ id: entry.id, reason, count })),
  )
  if (rows.length === 0) return
  await client.query(ADD_TO_SOURCE_REJECTS, [
    column(rows.map((row) => row.id)),
    rows.map((row) => row.reason),
    column(rows.map((row) => row.count)),
  ])
}
