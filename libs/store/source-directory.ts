import type { Pool } from 'pg'
import type { Clock } from '#platform'
import { DEFAULT_BUDGET, type Budget } from './fold/budget.js'
import { OTHER } from './fold/overflow.js'

const REFRESH_MS = 2_000
/** A database that does not answer must not hold a sender: it gives up after ten seconds, some after three. */
const ANSWER_MS = 2_000

/**
 * The sources that the ingest knows. Past the budget a new name is counted as `{other}`, so that a sender of random names
 * fills neither memory nor tables. The folder has the last word; this is only its nearest copy.
 */
export class SourceDirectory {
  private known = new Set<string>()
  /** Names let in here that the fold may not have written yet, with the time when. */
  private readonly fresh = new Map<string, number>()
  private refreshedMs = -Infinity
  private refreshing: Promise<void> | null = null

  constructor(
    private readonly pool: Pool,
    private readonly clock: Clock,
    private readonly budget: Pick<Budget, 'sources'> = DEFAULT_BUDGET,
  ) {}

  /** The name to count under: itself, or `{other}`; at once where it is known. Rejects when an unknown name cannot be looked up. */
  resolve(name: string): string | Promise<string> {
    return this.knows(name) ? name : this.lookUp(name)
  }

  private async lookUp(name: string): Promise<string> {
    if (this.clock.monotonicMs() - this.refreshedMs >= REFRESH_MS) await inTime(this.refresh(), ANSWER_MS)
    if (this.knows(name)) return name
    if (this.size >= this.budget.sources) return OTHER
    this.fresh.set(name, this.clock.monotonicMs())
    return name
  }

  /** Sources known now, for metrics. */
  get size(): number {
    return this.known.size + this.fresh.size
  }

  /** Reads the names again; calls at the same time share one question. */
  refresh(): Promise<void> {
    return (this.refreshing ??= this.read().finally(() => {
      this.refreshing = null
    }))
  }

  private knows(name: string): boolean {
    return name === OTHER || this.known.has(name) || this.fresh.has(name)
  }

  private async read(): Promise<void> {
    const askedMs = this.clock.monotonicMs()
    const { rows } = await this.pool.query<{ name: string }>('SELECT name FROM source WHERE name <> $1', [OTHER])
    this.known = new Set(rows.map((row) => row.name))
    for (const [name, sinceMs] of this.fresh)
      if (this.known.has(name) || askedMs - sinceMs > FORGET_MS) this.fresh.delete(name)
    this.refreshedMs = askedMs
  }
}

/** A name that the fold has not taken over for so long was refused there, or had only rejected batches. */
const FORGET_MS = 60_000

/** Rejects where the answer does not come in time. */
function inTime(answer: Promise<void>, limitMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`the database did not answer within ${limitMs} ms`)), limitMs)
    answer.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}
