import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'
import { METRICS, type LabelsOf, type MetricName, type MetricRow } from './metric-table.js'

const PREFIX = 'statusline_'
/** Gauges with the ending of a counter, which promtool objects to; the same numbers stand in nodejs_active_resources without it. */
const MISNAMED = ['nodejs_active_handles_total', 'nodejs_active_requests_total', 'nodejs_active_resources_total']

/** What this process measures about itself; each process has its own registry. */
export class SelfMetrics {
  readonly registry = new Registry()

  /** Registers the metrics of the table and those of the process: memory, CPU, event loop, garbage collection. */
  constructor() {
    for (const row of METRICS) if (row.from === 'process') this.registry.registerMetric(instrument(row))
    collectDefaultMetrics({ register: this.registry, prefix: PREFIX })
    for (const name of MISNAMED) this.registry.removeSingleMetric(PREFIX + name)
  }

  /** A counter of the table. */
  counter<Name extends MetricName<'counter'>>(name: Name): Counter<LabelsOf<Name>> {
    return this.registry.getSingleMetric(name) as Counter<LabelsOf<Name>>
  }

  /** A gauge of the table. */
  gauge<Name extends MetricName<'gauge'>>(name: Name): Gauge<LabelsOf<Name>> {
    return this.registry.getSingleMetric(name) as Gauge<LabelsOf<Name>>
  }

  /** A histogram of the table; it observes seconds. */
  histogram<Name extends MetricName<'histogram'>>(name: Name): Histogram<LabelsOf<Name>> {
    return this.registry.getSingleMetric(name) as Histogram<LabelsOf<Name>>
  }
}

function instrument({ name, help, type, labels, buckets }: MetricRow): Counter | Gauge | Histogram {
  const options = { name, help, labelNames: [...labels], registers: [] }
  if (type === 'counter') return new Counter(options)
  if (type === 'gauge') return new Gauge(options)
  return new Histogram({ ...options, buckets: [...(buckets ?? [])] })
}
