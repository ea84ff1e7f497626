import { jest } from '@jest/globals'
import { Catalog } from '#catalog'
import type { SealedBatch } from '#delta'
import { BUILT_IN_FORMATS, routeWriter } from '#event'
import { JournalUnavailable, type AppendResult } from '#store'
import { InFlight } from '../in-flight.js'
import { LabelTables } from '../label-tables.js'
import { RecordIntake, type RecordIntakeOptions } from '../record-intake.js'
import { ScanPool } from '../scan-pool.js'

export const EVENT = Buffer.from('{"status":200}')
/** When a test with a driven clock begins. */
export const NOW = Date.UTC(2026, 10, 22)
export const WINDOW_MS = 200

/** A journal that is away until told otherwise, or that never answers. */
class FakeJournal {
  readonly batches: SealedBatch[] = []
  attempts = 0
  state: 'there' | 'away' | 'silent' | 'broken' | 'unsure' = 'there'

  async append(batches: readonly SealedBatch[]): Promise<AppendResult[]> {
    this.attempts++
    if (this.state === 'silent') await new Promise(() => undefined)
    if (this.state === 'away') throw new JournalUnavailable('the database is away')
    if (this.state === 'broken') throw new TypeError('a bug')
    const known = new Set(this.batches.map(idOf))
    const fresh = batches.filter((batch) => !known.has(idOf(batch)))
    this.batches.push(...fresh)
    if (this.state === 'unsure') throw new JournalUnavailable('the commit is unknown')
    return batches.map((batch) => ({ result: fresh.includes(batch) ? 'accepted' : 'duplicate' }))
  }

  get ledgers() {
    return this.batches.map(({ ledger: { received, accepted, shed } }) => ({ received, accepted, shed }))
  }

  /** Of all batches. */
  get sum() {
    const add = (key: 'received' | 'accepted' | 'shed') => this.ledgers.reduce((all, one) => all + one[key], 0)
    return { received: add('received'), accepted: add('accepted'), shed: add('shed') }
  }
}

const idOf = ({ key }: SealedBatch): string => Buffer.from(key?.id ?? '').toString('hex')

/** An intake of records over a journal in memory. */
export function recordStage(options: Partial<RecordIntakeOptions> & { bytes?: number } = {}) {
  const { bytes = 10_000, ...times } = options
  const journal = new FakeJournal()
  const inFlight = new InFlight(bytes)
  const bugs: unknown[] = []
  const sources = { resolve: (name: string): Promise<string> => Promise.resolve(name) }
  const scans = new ScanPool({
    catalog: new Catalog(),
    tables: new LabelTables(10),
    sources: new Map(),
    formats: BUILT_IN_FORMATS,
    maxRecordBytes: 1_000,
    consumerSalt: '',
    replayLateMs: 1e12,
    routeWriter,
  })
  const report = (bug: unknown): void => void bugs.push(bug)
  const clock = { now: () => Date.now() }
  const records = new RecordIntake({ scans, journal, sources, clock, inFlight, report }, times)
  const take = (count: number, source = 'edge'): void => {
    for (let i = 0; i < count; i++) records.take(source, EVENT, null)
  }
  return { records, take, journal, inFlight, sources, bugs, scans }
}

/** Lets the driven clock go on. */
export const pass = (ms: number): Promise<void> => jest.advanceTimersByTimeAsync(ms)
