import type { Catalog } from '#catalog'
import {
  durationToText,
  type Breakdown as DomainBreakdown,
  type RowKey,
  type Span as DomainSpan,
  type TimeSeries as DomainTimeSeries,
} from '#store'
import type { Breakdown, BreakdownRow } from '../models/breakdown.js'
import type { Counts } from '../models/counts.js'
import type { Span } from '../models/span.js'
import type { TimeSeries } from '../models/time-series.js'
import { upper } from '../models/words.js'
import { countsModel } from './counts.js'
import { statusCodeModel } from './status-code.js'

/** What was read. */
export function spanModel({ fromMs, toMs, stepMs, tier, asOfMs, complete }: DomainSpan): Span {
  const step = stepMs === null ? null : durationToText(stepMs)
  return { from: new Date(fromMs), to: new Date(toMs), step, tier, asOf: new Date(asOfMs), complete }
}

/** Labels with counts; labels that were not asked for are null. */
export function rowModel(catalog: Catalog, key: RowKey, counts: Counts, share: number): BreakdownRow {
  const entry = typeof key.code === 'number' ? catalog.get(key.code, key.source) : undefined
  return {
    source: key.source ?? null,
    gateway: key.gateway ?? null,
    service: key.service ?? null,
    route: key.route ?? null,
    method: key.method ?? null,
    protocol: key.protocol ?? null,
    code: key.code ?? null,
    class: key.class === undefined ? null : upper(key.class),
    outcome: key.outcome === undefined ? null : upper(key.outcome),
    owner: key.owner === undefined ? null : upper(key.owner),
    counts,
    share,
    statusCode: entry === undefined ? null : statusCodeModel(entry),
  }
}

/** A breakdown. */
export function breakdownModel(catalog: Catalog, breakdown: DomainBreakdown): Breakdown {
  const { span, total, rows, remainder, hasNextPage, endCursor } = breakdown
  return {
    span: spanModel(span),
    total: countsModel(total),
    rows: rows.map(({ key, counts, share }) => rowModel(catalog, key, countsModel(counts), share)),
    remainder: remainder === null ? null : countsModel(remainder),
    pageInfo: { hasNextPage, endCursor },
  }
}

/** A time series. */
export function timeSeriesModel(catalog: Catalog, { span, series, omitted }: DomainTimeSeries): TimeSeries {
  return {
    span: spanModel(span),
    series: series.map(({ key, points }) => ({
      key: rowModel(catalog, key.key, countsModel(key.counts), key.share),
      points: points.map(({ atMs, counts }) => ({
        at: new Date(atMs),
        counts: counts === null ? null : countsModel(counts),
      })),
    })),
    omitted,
  }
}
