import { LABEL_LIMITS, LabelTable, type LabelLimits } from '#delta'

/** A table is replaced at this age, so that labels of traffic that ended do not fill it for ever. */
const MAX_AGE_MS = 3_600_000
/** A full table is replaced at most this often: a flood of new labels must not buy a new table with every batch. */
const MIN_FULL_AGE_MS = 60_000
/**
 * All tables together; past it the oldest are forgotten, which costs their sources a lookup of each label. Ordinary traffic of
 * a source holds 7 to 20 KB.
 */
export const LABEL_BYTES = 24 * 1024 * 1024
/** A label that was written into a delta is also held as a string. */
const STRING_BYTES = 48
/** Tables grow between these looks. */
const LOOKS_APART = 256

/** The label table of each source, replaced when it is full or old. Batches under way keep the one they began with. */
export class LabelTables {
  private readonly tables = new Map<string, LabelTable>()
  private asked = 0

  /** `maxSources` bounds the memory; the names are bounded by the source directory already. */
  constructor(
    private readonly maxSources: number,
    private readonly maxHeldBytes = LABEL_BYTES,
    /** Of each table. */
    private readonly limits: LabelLimits = LABEL_LIMITS,
  ) {}

  get size(): number {
    return this.tables.size
  }

  /** Bytes of memory held by all tables. */
  get heldBytes(): number {
    let held = 0
    for (const table of this.tables.values()) held += heldBy(table)
    return held
  }

  of(source: string, nowMs: number): LabelTable {
    if (this.asked++ % LOOKS_APART === 0) this.shrink()
    const known = this.tables.get(source)
    if (known !== undefined && !isWorn(known, nowMs)) return known
    if (known === undefined && this.tables.size >= this.maxSources) this.forgetOldest()
    const table = new LabelTable(source, nowMs, this.limits)
    this.tables.delete(source)
    this.tables.set(source, table)
    return table
  }

  private shrink(): void {
    let held = this.heldBytes
    for (const [source, table] of this.tables) {
      if (held <= this.maxHeldBytes) return
      this.tables.delete(source)
      held -= heldBy(table)
    }
  }

  private forgetOldest(): void {
    const oldest = this.tables.keys().next()
    if (oldest.done !== true) this.tables.delete(oldest.value)
  }
}

const heldBy = (table: LabelTable): number => table.heldBytes + STRING_BYTES * table.length

function isWorn(table: LabelTable, nowMs: number): boolean {
  const ageMs = nowMs - table.bornAtMs
  return ageMs >= MAX_AGE_MS || (table.isFull && ageMs >= MIN_FULL_AGE_MS)
}
