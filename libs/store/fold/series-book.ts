import type { PoolClient } from 'pg'
import { METHODS, PROTOCOLS } from '#event'
import { digestOf, type LatencyGroupRow, type SeriesRow } from '#delta'
import { INSERT_GROUPS, INSERT_SERIES, INSERT_SOURCES, LOAD_GROUPS, LOAD_SERIES, LOAD_SOURCES } from '../sql/series.js'
import { hasRoom, type Budget } from './budget.js'
import { clean } from './column.js'
import { collapse, LEVELS, OTHER, type Level } from './overflow.js'

/** A source as the folder knows it. */
export interface SourceEntry {
  readonly name: string
  /** 0 until it is inserted. */
  id: number
  /** As it was before the fold under way. */
  watermarkMs: number
  seriesUsed: number
}

/** A series with the labels it is counted under, after all budgets. */
export interface SeriesEntry {
  /** 0 until it is inserted. */
  id: number
}

export interface GroupEntry {
  id: number
}

/**
 * Ids of sources, series and latency groups, and how much of each budget is used. Only the holder of the fold lease inserts
 * them, so what was read when it took the lease stays true as long as every fold commits; after any failure the book is
 * thrown away and read again.
 */
export class SeriesBook {
  private readonly sources = new Map<string, SourceEntry>()
  private readonly series = new Map<string, SeriesEntry>()
  private readonly groups = new Map<string, GroupEntry>()
  private readonly routes = new Set<string>()
  private readonly routesOf = new Map<string, number>()
  private newSources: SourceEntry[] = []
  private newSeries: { row: SeriesRow; entry: SeriesEntry }[] = []
  private newGroups: { row: LatencyGroupRow; entry: GroupEntry }[] = []

  private constructor(private readonly budget: Budget) {}

  static async load(client: PoolClient, budget: Budget): Promise<SeriesBook> {
    const book = new SeriesBook(budget)
    const sources = await client.query<{ id: number; name: string; watermark_ms: number; series_used: number }>(
      LOAD_SOURCES,
    )
    for (const { id, name, watermark_ms, series_used } of sources.rows)
      book.sources.set(name, { id, name, watermarkMs: Number(watermark_ms), seriesUsed: series_used })
    const series = await client.query<{ id: number; digest: Buffer; source: string; service: string; route: string }>(
      LOAD_SERIES,
    )
    for (const { id, digest, source, service, route } of series.rows) {
      book.series.set(latin1(digest), { id })
      book.addRoute(source, service, route)
    }
    const groups = await client.query<{ id: number; digest: Buffer }>(LOAD_GROUPS)
    for (const { id, digest } of groups.rows) book.groups.set(latin1(digest), { id })
    return book
  }

  /** The source that is counted under: a new one past the budget is `{other}`. */
  source(name: string): SourceEntry {
    const found = this.sources.get(name)
    if (found !== undefined) return found
    if (name !== OTHER && this.sources.size - (this.sources.has(OTHER) ? 1 : 0) >= this.budget.sources)
      return this.source(OTHER)
    const entry = { name, id: 0, watermarkMs: 0, seriesUsed: 0 }
    this.sources.set(name, entry)
    this.newSources.push(entry)
    return entry
  }

  /** The series that is counted under, with its labels: those of the row, or fewer where a budget is full. */
  resolve(row: SeriesRow): { entry: SeriesEntry; row: SeriesRow } {
    const source = this.source(row.source)
    for (const level of LEVELS) {
      const candidate = collapse(row, level, source.name)
      const known = this.series.get(latin1(candidate.digest))
      if (known !== undefined) return { entry: known, row: candidate }
      if (this.admits(candidate, level, source)) return { entry: this.add(candidate, source), row: candidate }
    }
    throw new Error('the last level admits every series')
  }

  /** The latency group with exactly these labels, which must be those of a resolved series. */
  group(row: LatencyGroupRow): GroupEntry {
    const name = latin1(row.digest)
    let entry = this.groups.get(name)
    if (entry === undefined) {
      this.groups.set(name, (entry = { id: 0 }))
      this.newGroups.push({ row, entry })
    }
    return entry
  }

  /** Inserts what is new and fills in its ids. */
  async insertNew(client: PoolClient): Promise<void> {
    await this.insertSources(client)
    await this.insertSeries(client)
    await this.insertGroups(client)
  }

  /** Series in use by all sources. */
  get size(): number {
    return this.series.size
  }

  private admits(row: SeriesRow, level: Level, source: SourceEntry): boolean {
    if (!hasRoom(this.budget, level, source.seriesUsed, this.series.size)) return false
    if (row.route === OTHER || this.routes.has(routeName(row.source, row.service, row.route))) return true
    return (this.routesOf.get(serviceName(row.source, row.service)) ?? 0) < this.budget.routesPerService
  }

  private add(row: SeriesRow, source: SourceEntry): SeriesEntry {
    const entry = { id: 0 }
    this.series.set(latin1(row.digest), entry)
    this.newSeries.push({ row, entry })
    this.addRoute(row.source, row.service, row.route)
    source.seriesUsed++
    return entry
  }

  private addRoute(source: string, service: string, route: string): void {
    const name = routeName(source, service, route)
    if (route === OTHER || this.routes.has(name)) return
    this.routes.add(name)
    const owner = serviceName(source, service)
    this.routesOf.set(owner, (this.routesOf.get(owner) ?? 0) + 1)
  }

  private async insertSources(client: PoolClient): Promise<void> {
    const added = this.newSources.splice(0)
    if (added.length === 0) return
    const { rows } = await client.query<{ id: number; name: string }>(INSERT_SOURCES, [
      added.map(({ name }) => clean(name)),
    ])
    const ids = new Map(rows.map((row) => [row.name, row.id]))
    for (const entry of added) entry.id = ids.get(clean(entry.name)) ?? 0
  }

  private async insertSeries(client: PoolClient): Promise<void> {
    const added = this.newSeries.splice(0)
    if (added.length === 0) return
    const column = <T>(pick: (row: SeriesRow) => T): T[] => added.map(({ row }) => pick(row))
    const { rows } = await client.query<{ id: number; digest: Buffer }>(INSERT_SERIES, [
      column((row) => Buffer.from(row.digest)),
      column((row) => clean(row.source)),
      column((row) => clean(row.gateway)),
      column((row) => clean(row.service)),
      column((row) => clean(row.route)),
      column((row) => METHODS[row.method] ?? METHODS[0]),
      column((row) => PROTOCOLS[row.protocol] ?? PROTOCOLS[0]),
      column((row) => row.code),
      column((row) => row.class),
      column((row) => row.outcome),
      column((row) => row.owner),
    ])
    for (const row of rows) this.series.get(latin1(row.digest))!.id = row.id
  }

  private async insertGroups(client: PoolClient): Promise<void> {
    const added = this.newGroups.splice(0)
    if (added.length === 0) return
    const column = <T>(pick: (row: LatencyGroupRow) => T): T[] => added.map(({ row }) => pick(row))
    const { rows } = await client.query<{ id: number; digest: Buffer }>(INSERT_GROUPS, [
      column((row) => Buffer.from(row.digest)),
      column((row) => clean(row.source)),
      column((row) => clean(row.gateway)),
      column((row) => clean(row.service)),
      column((row) => clean(row.route)),
      column((row) => row.class),
    ])
    for (const row of rows) this.groups.get(latin1(row.digest))!.id = row.id
  }
}

const latin1 = (digest: Uint8Array): string =>
  Buffer.from(digest.buffer, digest.byteOffset, digest.byteLength).toString('latin1')
/** Digests instead of labels keep a full book of 200,000 series below 50 MB. */
const routeName = (source: string, service: string, route: string): string =>
  latin1(digestOf([source, service, route], []))
const serviceName = (source: string, service: string): string => latin1(digestOf([source, service], []))
