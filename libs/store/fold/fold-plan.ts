import type { CellRows, ConsumerRow, FoldRows, LatencyRow, SeriesRow, SourceRow } from '#delta'
import { digestOf } from '#delta'
import { inOrder, replaceSeries } from './cell-order.js'
import { OTHER } from './overflow.js'
import type { GroupEntry, SeriesBook, SeriesEntry, SourceEntry } from './series-book.js'

/** Counted late: this much behind the source's watermark. */
const LATE_MS = 300_000
const BUCKET_MS = 10_000

/** A series to add to, with the labels it is counted under. */
export interface PlannedSeries {
  readonly entry: SeriesEntry
  readonly row: SeriesRow
  readonly source: SourceEntry
}

/** What the fold writes: the rows of the deltas under the labels and ids that the budgets allow. */
export interface FoldPlan {
  readonly series: readonly PlannedSeries[]
  /** Ten-second cells; `series` is a position above, `replayed` holds every backfilled event: replayed, or late. */
  readonly cells: CellRows
  readonly groups: readonly {
    readonly entry: GroupEntry
    readonly labels: readonly [string, string, string]
    readonly class: number
  }[]
  /** Ordered by (group, bucket); `group` is a position above. Two rows of one pair may follow each other. */
  readonly latencies: readonly LatencyRow[]
  readonly samples: FoldRows['samples']
  readonly consumers: readonly ConsumerRow[]
  readonly sources: ReadonlyMap<SourceEntry, SourceChange>
}

/** What changes about a source. */
export interface SourceChange {
  readonly rows: SourceRow[]
  /** Events that lost labels to a budget in this fold. */
  overflowed: number
}

/** Resolves every label against the book. Rows come ordered by digest, so the same deltas meet the same budgets. */
export function planFold(rows: FoldRows, book: SeriesBook): FoldPlan {
  const sources = new Map<SourceEntry, SourceChange>()
  for (const row of rows.sources) changeOf(sources, book.source(row.source)).rows.push(row)

  const places = new Map<number, number>()
  const series: PlannedSeries[] = []
  const labels = new LabelMap()
  const collapsed = new Uint8Array(rows.series.length)
  const target = new Int32Array(rows.series.length)
  for (const [position, row] of rows.series.entries()) {
    const resolved = book.resolve(row)
    labels.note(row, resolved.row)
    if (resolved.row !== row) collapsed[position] = 1
    let place = places.get(resolved.entry.place)
    if (place === undefined) {
      places.set(resolved.entry.place, (place = series.length))
      series.push({ ...resolved, source: book.source(row.source) })
    }
    target[position] = place
  }
  const changed = collapsed.includes(1)
  const { cells } = rows
  if (changed) countOverflow(rows, collapsed, target, series, sources)
  const planned = changed ? inOrder(replaceSeries(cells, target)) : replaceSeries(cells, target)
  return {
    series,
    cells: markLate(planned, series),
    ...planLatencies(rows, book, labels),
    samples: rows.samples.map((sample) => ({ ...sample, series: target[sample.series] ?? 0 })),
    consumers: rows.consumers.map((row) => ({ ...row, ...labels.service(row, book) })),
    sources,
  }
}

function changeOf(sources: Map<SourceEntry, SourceChange>, entry: SourceEntry): SourceChange {
  let change = sources.get(entry)
  if (change === undefined) sources.set(entry, (change = { rows: [], overflowed: 0 }))
  return change
}

function countOverflow(
  { cells }: FoldRows,
  collapsed: Uint8Array,
  target: Int32Array,
  series: readonly PlannedSeries[],
  sources: Map<SourceEntry, SourceChange>,
): void {
  for (let cell = 0; cell < cells.length; cell++) {
    const position = cells.series[cell] ?? 0
    const planned = series[target[position] ?? 0]
    if (collapsed[position] === 1 && planned !== undefined)
      changeOf(sources, planned.source).overflowed += cells.count[cell] ?? 0
  }
}

/** Late is decided for the ten-second cell, by the watermark as it was before this fold; wider tiers add it up. */
function markLate(cells: CellRows, series: readonly PlannedSeries[]): CellRows {
  const backfilled = Float64Array.from(cells.replayed)
  const lateBefore = Float64Array.from(series, ({ source }) => source.watermarkMs - LATE_MS)
  for (let cell = 0; cell < cells.length; cell++) {
    const endMs = ((cells.bucket[cell] ?? 0) + 1) * BUCKET_MS
    if (endMs <= (lateBefore[cells.series[cell] ?? 0] ?? 0)) backfilled[cell] = cells.count[cell] ?? 0
  }
  return { ...cells, replayed: backfilled }
}

function planLatencies(rows: FoldRows, book: SeriesBook, labels: LabelMap): Pick<FoldPlan, 'groups' | 'latencies'> {
  const groups: { entry: GroupEntry; labels: readonly [string, string, string]; class: number }[] = []
  const places = new Map<number, number>()
  const target = rows.groups.map((row) => {
    const planned = labels.group(row)
    const entry = book.group(planned)
    let place = places.get(entry.place)
    if (place === undefined) {
      places.set(entry.place, (place = groups.length))
      groups.push({ entry, labels: [planned.source, planned.gateway, planned.service], class: planned.class })
    }
    return place
  })
  const latencies = rows.latencies
    .map((row) => ({ ...row, group: target[row.group] ?? 0 }))
    .toSorted((a, b) => a.group - b.group || a.bucket - b.bucket)
  return { groups, latencies }
}

interface PathLabels {
  readonly source: string
  readonly gateway: string
  readonly service: string
  readonly route: string
}

/** Where labels without method and code went: as far as the least collapsed of their series. */
class LabelMap {
  private readonly paths = new Map<string, PathLabels>()
  private readonly services = new Map<string, PathLabels>()

  note(from: PathLabels, to: PathLabels): void {
    keepBest(this.paths, pathName(from), to)
    keepBest(this.services, serviceName(from), to)
  }

  group<T extends PathLabels & { readonly class: number; readonly digest: Uint8Array }>(row: T): T {
    const to = this.paths.get(pathName(row)) ?? { source: row.source, gateway: OTHER, service: OTHER, route: OTHER }
    const { source, gateway, service, route } = to
    if (pathName(to) === pathName(row)) return row
    return { ...row, source, gateway, service, route, digest: digestOf([source, gateway, service, route], [row.class]) }
  }

  service(
    row: { readonly source: string; readonly service: string },
    book: SeriesBook,
  ): { source: string; service: string } {
    const to = this.services.get(serviceName(row))
    return { source: to?.source ?? book.source(row.source).name, service: to?.service ?? OTHER }
  }
}

function keepBest(map: Map<string, PathLabels>, name: string, to: PathLabels): void {
  const held = map.get(name)
  if (held === undefined || others(to) < others(held)) map.set(name, to)
}

const others = (labels: PathLabels): number =>
  Number(labels.gateway === OTHER) + Number(labels.service === OTHER) + Number(labels.route === OTHER)
const pathName = ({ source, gateway, service, route }: PathLabels): string =>
  JSON.stringify([source, gateway, service, route])
const serviceName = ({ source, service }: { source: string; service: string }): string =>
  JSON.stringify([source, service])
