import { LabelTable } from '#delta'

/** A table is replaced at this age, so that labels of traffic that ended do not fill it for ever. */
const MAX_AGE_MS = 3_600_000
/** A full table is replaced at most this often: a flood of new labels must not buy a new table with every batch. */
const MIN_FULL_AGE_MS = 60_000

/** The label table of each source, replaced when it is full or old. Batches under way keep the one they began with. */
export class LabelTables {
  private readonly tables = new Map<string, LabelTable>()

  /** `maxSources` bounds the memory; the names are bounded by the source directory already. */
  constructor(private readonly maxSources: number) {}

  get size(): number {
    return this.tables.size
  }

  /** Bytes of memory held by all tables. */
  get heldBytes(): number {
    return [...this.tables.values()].reduce((sum, table) => sum + table.heldBytes, 0)
  }

  of(source: string, nowMs: number): LabelTable {
    const known = this.tables.get(source)
    if (known !== undefined && !isWorn(known, nowMs)) return known
    if (known === undefined && this.tables.size >= this.maxSources) this.forgetOldest()
    const table = new LabelTable(source, nowMs)
    this.tables.delete(source)
    this.tables.set(source, table)
    return table
  }

  private forgetOldest(): void {
    const oldest = this.tables.keys().next()
    if (oldest.done !== true) this.tables.delete(oldest.value)
  }
}

function isWorn(table: LabelTable, nowMs: number): boolean {
  const ageMs = nowMs - table.bornAtMs
  return ageMs >= MAX_AGE_MS || (table.isFull && ageMs >= MIN_FULL_AGE_MS)
}
