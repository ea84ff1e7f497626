import type { PoolClient } from 'pg'
import { METHODS, PROTOCOLS } from '#event'
import { digestOf, type LatencyGroupRow, type SeriesRow } from '#delta'
import { INSERT_GROUPS, INSERT_SERIES, INSERT_SOURCES, LOAD_GROUPS, LOAD_SERIES, LOAD_SOURCES } from '../sql/series.js'
import { hasRoom, type Budget } from './budget.js'
import { clean } from './column.js'
import { DigestIds, type DigestEntry } from './digest-ids.js'
import { collapse, LEVELS, OTHER, type Level } from './overflow.js'
import { portionsOf } from './portions.js'
import { readThrough } from './read-through.js'
import { RollupBook } from './rollup-book.js'

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
export type SeriesEntry = DigestEntry
export type GroupEntry = DigestEntry

/**
 * Ids of sources, series and latency groups, and how much of each budget is used. Only the holder of the fold lease inserts
 * them, so what was read when it took the lease stays true as long as every fold commits; after any failure the book is
 * thrown away and read again.
 */
export class SeriesBook {
  private readonly sources = new Map<string, SourceEntry>()
  private readonly series = new DigestIds()
  private readonly groups = new DigestIds()
  private readonly routes = new DigestIds()
  /** The id of a service is how many routes it has. */
  private readonly routesOf = new DigestIds()
  private newSources: SourceEntry[] = []
  private newSeries: SeriesRow[] = []
  private newGroups: LatencyGroupRow[] = []

  private constructor(
    private readonly budget: Budget,
    private readonly rollups: RollupBook,
  ) {}

  static async load(client: PoolClient, budget: Budget): Promise<SeriesBook> {
    const rollups = await RollupBook.load(client)
    const book = new SeriesBook(budget, rollups)
    await readThrough<{ id: number; name: string; watermark_ms: number; series_used: number }>(
      client,
      LOAD_SOURCES,
      ({ id, name, watermark_ms, series_used }) =>
        book.sources.set(name, { id, name, watermarkMs: Number(watermark_ms), seriesUsed: series_used }),
    )
    await readThrough<StoredSeries>(client, LOAD_SERIES, (row) => {
      const place = book.series.put(row.digest)
      book.series.setId(place, row.id)
      rollups.know(place, row.rollup_id)
      book.addRoute(row)
    })
    await readThrough<{ id: number; digest: Buffer }>(client, LOAD_GROUPS, ({ id, digest }) =>
      book.groups.setId(book.groups.put(digest), id),
    )
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
      const known = this.series.find(candidate.digest)
      if (known >= 0) return { entry: this.series.entry(known), row: candidate }
      if (this.admits(candidate, level, source)) return { entry: this.add(candidate, source), row: candidate }
    }
    throw new Error('the last level admits every series')
  }

  /** The latency group with exactly these labels, which must be those of a resolved series. */
  group(row: LatencyGroupRow): GroupEntry {
    const before = this.groups.length
    const place = this.groups.put(row.digest)
    if (place === before) this.newGroups.push(row)
    return this.groups.entry(place)
  }

  /** Inserts what is new and fills in its ids. */
  async insertNew(client: PoolClient): Promise<void> {
    await this.insertSources(client)
    await this.rollups.insertNew(client)
    await this.insertSeries(client)
    await this.insertGroups(client)
  }

  /** The id of the rollup that a series is counted in; to be asked after `insertNew`. */
  rollupOf(series: SeriesEntry): number {
    return this.rollups.idOf(series.place)
  }

  /** Series in use by all sources. */
  get size(): number {
    return this.series.length
  }

  private admits(row: SeriesRow, level: Level, source: SourceEntry): boolean {
    if (!hasRoom(this.budget, level, source.seriesUsed, this.series.length)) return false
    if (row.route === OTHER || this.routes.find(routeDigest(row)) >= 0) return true
    const service = this.routesOf.find(serviceDigest(row))
    return (service < 0 ? 0 : this.routesOf.idAt(service)) < this.budget.routesPerService
  }

  private add(row: SeriesRow, source: SourceEntry): SeriesEntry {
    const place = this.series.put(row.digest)
    this.newSeries.push(row)
    this.rollups.add(place, row)
    this.addRoute(row)
    source.seriesUsed++
    return this.series.entry(place)
  }

  private addRoute(row: RouteLabels): void {
    if (row.route === OTHER) return
    const before = this.routes.length
    if (this.routes.put(routeDigest(row)) < before) return
    const owner = this.routesOf.put(serviceDigest(row))
    this.routesOf.setId(owner, this.routesOf.idAt(owner) + 1)
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
    for (const added of portionsOf(this.newSeries.splice(0))) await this.insertSeriesOf(client, added)
  }

  private async insertSeriesOf(client: PoolClient, added: readonly SeriesRow[]): Promise<void> {
    const column = <T>(pick: (row: SeriesRow) => T): T[] => added.map(pick)
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
      column((row) => this.rollups.idOf(this.series.find(row.digest))),
    ])
    for (const row of rows) this.series.setId(this.series.find(row.digest), row.id)
  }

  private async insertGroups(client: PoolClient): Promise<void> {
    for (const added of portionsOf(this.newGroups.splice(0))) await this.insertGroupsOf(client, added)
  }

  private async insertGroupsOf(client: PoolClient, added: readonly LatencyGroupRow[]): Promise<void> {
    const column = <T>(pick: (row: LatencyGroupRow) => T): T[] => added.map(pick)
    const { rows } = await client.query<{ id: number; digest: Buffer }>(INSERT_GROUPS, [
      column((row) => Buffer.from(row.digest)),
      column((row) => clean(row.source)),
      column((row) => clean(row.gateway)),
      column((row) => clean(row.service)),
      column((row) => clean(row.route)),
      column((row) => row.class),
    ])
    for (const row of rows) this.groups.setId(this.groups.find(row.digest), row.id)
  }
}

interface StoredSeries extends RouteLabels {
  readonly id: number
  readonly digest: Buffer
  readonly rollup_id: number
}

interface RouteLabels {
  readonly source: string
  readonly service: string
  readonly route: string
}

const routeDigest = ({ source, service, route }: RouteLabels): Uint8Array => digestOf([source, service, route], [])
const serviceDigest = ({ source, service }: RouteLabels): Uint8Array => digestOf([source, service], [])
