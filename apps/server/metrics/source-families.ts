import { METRICS } from '#platform'
import type { Source } from '#store'
import type { MetricFamily, MetricValue } from './metric-family.js'

type CountsName = Extract<(typeof METRICS)[number], { from: 'counts' }>['name']

/** Values of the service's own metrics that are read from Postgres, the same on every replica. */
export type CountsValues = Partial<Record<CountsName, readonly MetricValue[]>>

/** The families of the metric table that have values. */
export function countsFamilies(values: CountsValues): MetricFamily[] {
  return METRICS.flatMap(({ name, help, type, from }) => {
    const found = from === 'counts' ? values[name] : undefined
    return found === undefined ? [] : [{ name, help, type, values: found }]
  })
}

/** What is known of each source. */
export function sourceValues(sources: readonly Source[]): CountsValues {
  const each = (valueOf: (source: Source) => number): MetricValue[] =>
    sources.map((source) => ({ value: valueOf(source), labels: { source: source.name } }))
  return {
    statusline_events_total: sources.flatMap(({ name, ledger }) =>
      RESULTS.map((result) => ({ value: ledger[result], labels: { source: name, result } })),
    ),
    statusline_rejected_total: sources.flatMap(({ name, rejectedBy }) =>
      Object.entries(rejectedBy).map(([reason, value]) => ({ value, labels: { source: name, reason } })),
    ),
    statusline_source_lag_seconds: sources.flatMap(({ name, lagMs }) =>
      lagMs === null ? [] : [{ value: lagMs / 1_000, labels: { source: name } }],
    ),
    statusline_series: each(({ seriesUsed }) => seriesUsed),
    statusline_series_limit: each(({ seriesBudget }) => seriesBudget),
  }
}

const RESULTS = ['accepted', 'duplicate', 'rejected', 'shed'] as const
