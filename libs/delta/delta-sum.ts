import { classIndex } from '#catalog'
import { cellRows } from './cell-rows.js'
import type { Delta, Segment } from './delta.js'
import { compareDigests, digestOf } from './digest.js'
import { LatencyTable } from './latency-table.js'
import { SegmentSum } from './segment-sum.js'
import { packFacts, SeriesTable } from './series-table.js'
import type { ConsumerRow, FoldRows, LatencyGroupRow, LatencyRow, SeriesRow, SourceRow } from './fold-rows.js'

/** Samples kept of one source in one fold. */
const SAMPLES_PER_SOURCE = { perSlot: 200, all: 720 }

interface SourceSum {
  readonly sum: SegmentSum
  newestEventMs: number
  oldestEventMs: number
}

/** Adds up deltas in any order, for one fold. */
export class DeltaSum {
  private readonly sources = new Map<string, SourceSum>()

  add(delta: Delta): void {
    for (const segment of delta.segments) this.addSegment(segment)
  }

  /** How many distinct cells there are so far: a fold that gets too large may stop adding. */
  get cellCount(): number {
    let count = 0
    for (const { sum } of this.sources.values()) count += sum.cells.length
    return count
  }

  rows(): FoldRows {
    const names = [...this.sources.keys()].sort()
    const sums = names.map((name) => this.sources.get(name)!.sum)
    const series = ordered(sums.map(seriesRows))
    const groups = ordered(sums.map(groupRows))
    return {
      sources: names.map((name) => sourceRow(this.sources.get(name)!)),
      series: series.rows,
      cells: cellRows(sums, series.positions),
      groups: groups.rows,
      latencies: latencyRows(sums, groups.positions),
      samples: sums.flatMap((sum, at) =>
        sum.samples.map((sample) => ({ ...sample, series: series.positions[at]![sample.series]! })),
      ),
      consumers: sums.flatMap(consumerRows),
    }
  }

  private addSegment(segment: Segment): void {
    const { source, words } = segment
    let state = this.sources.get(source)
    if (state === undefined) {
      state = { sum: new SegmentSum(source, SAMPLES_PER_SOURCE), newestEventMs: 0, oldestEventMs: 0 }
      this.sources.set(source, state)
    }
    state.sum.add({ ...segment, labels: words.length, word: (label) => words[label]! })
    if (segment.replayed || segment.newestEventMs === 0) return
    state.newestEventMs = Math.max(state.newestEventMs, segment.newestEventMs)
    state.oldestEventMs = Math.min(state.oldestEventMs || Infinity, segment.oldestEventMs)
  }
}

const sourceRow = ({ sum, newestEventMs, oldestEventMs }: SourceSum): SourceRow => {
  const { source, delivery, arrivedAtMs, ledger, overflowed } = sum
  return { source, delivery, arrivedAtMs, newestEventMs, oldestEventMs, ledger, overflowed }
}

const seriesRows = ({ source, words, series }: SegmentSum): SeriesRow[] =>
  Array.from({ length: series.length }, (_, at) => {
    const labels = [
      source,
      words[series.gateway[at]!]!,
      words[series.service[at]!]!,
      words[series.route[at]!]!,
    ] as const
    const [method, protocol, code] = [series.method[at]!, series.protocol[at]!, series.code[at]!]
    const [outcome, owner] = [series.outcome[at]!, series.owner[at]!]
    const digest = digestOf(labels, [method, protocol, code, outcome, owner])
    const [, gateway, service, route] = labels
    return { digest, source, gateway, service, route, method, protocol, code, class: classIndex(code), outcome, owner }
  })

/** The groups of a source, and which of them each of its latency cells belongs to. */
const groupsOf = (latencies: LatencyTable): { groups: SeriesTable; ofCell: Int32Array } => {
  const groups = new SeriesTable()
  const ofCell = new Int32Array(latencies.length)
  for (let cell = 0; cell < latencies.length; cell++) {
    const { gateway, service, route } = latencies
    // A group is a series that has nothing but a class: it travels in the place of the code.
    const facts = packFacts(latencies.class[cell]!, 0, 0, 0, 0)
    ofCell[cell] = groups.put(gateway[cell]!, service[cell]!, route[cell]!, facts)
  }
  return { groups, ofCell }
}

const groupRows = ({ source, words, latencies }: SegmentSum): LatencyGroupRow[] => {
  const { groups } = groupsOf(latencies)
  return Array.from({ length: groups.length }, (_, at) => {
    const [gateway, service] = [words[groups.gateway[at]!]!, words[groups.service[at]!]!]
    const [route, statusClass] = [words[groups.route[at]!]!, groups.code[at]!]
    const digest = digestOf([source, gateway, service, route], [statusClass])
    return { digest, source, gateway, service, route, class: statusClass }
  })
}

/** The rows of all sources by digest, and for each source where its rows went. */
const ordered = <T extends { readonly digest: Uint8Array }>(
  bySource: T[][],
): { rows: T[]; positions: Int32Array[] } => {
  const positions = bySource.map((rows) => new Int32Array(rows.length))
  const entries = bySource.flatMap((rows, source) => rows.map((row, at) => ({ row, source, at })))
  entries.sort((a, b) => compareDigests(a.row.digest, b.row.digest))
  for (const [position, { source, at }] of entries.entries()) positions[source]![at] = position
  return { rows: entries.map(({ row }) => row), positions }
}

const latencyRows = (sums: readonly SegmentSum[], positions: readonly Int32Array[]): LatencyRow[] =>
  sums
    .flatMap(({ latencies }, source) => {
      const { ofCell } = groupsOf(latencies)
      const { bucket, count, sumUs, ends, indexes, counts } = latencies.columns()
      return Array.from(ofCell, (group, cell) => {
        const [from, to] = [cell === 0 ? 0 : ends[cell - 1]!, ends[cell]!]
        return {
          group: positions[source]![group]!,
          bucket: bucket[cell]!,
          count: count[cell]!,
          sumMs: sumUs[cell]! / 1000,
          indexes: indexes.subarray(from, to),
          counts: counts.subarray(from, to),
        }
      })
    })
    .sort((a, b) => a.group - b.group || a.bucket - b.bucket)

const consumerRows = ({ source, words, consumerRows: rows }: SegmentSum): ConsumerRow[] =>
  rows.map((row) => ({ ...row, source, service: words[row.service]! }))
