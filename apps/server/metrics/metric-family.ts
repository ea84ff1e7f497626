/** One metric with all its values at one moment; they may be made while they are read, and can be read again. */
export interface MetricFamily {
  readonly name: string
  readonly help: string
  readonly type: 'counter' | 'gauge' | 'histogram' | 'summary'
  readonly values: Iterable<MetricValue>
}

/** `metricName` where it differs from the family's: `…_bucket`, `…_sum`, `…_count`. */
export interface MetricValue {
  readonly value: number
  readonly labels: Readonly<Record<string, string | number>>
  readonly metricName?: string
}
