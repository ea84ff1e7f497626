import { Registry, type RegistryContentType } from 'prom-client'

/** One metric with all its values at one moment; the shape that prom-client renders. */
export interface MetricFamily {
  readonly name: string
  readonly help: string
  readonly type: 'counter' | 'gauge' | 'histogram' | 'summary'
  readonly values: readonly MetricValue[]
}

/** `metricName` where it differs from the family's: `…_bucket`, `…_sum`, `…_count`. */
export interface MetricValue {
  readonly value: number
  readonly labels: Readonly<Record<string, string | number>>
  readonly metricName?: string
}

/** The exposition formats, and the words of an Accept header that ask for them. */
export const CONTENT_TYPES = {
  prometheus: Registry.PROMETHEUS_CONTENT_TYPE,
  openMetrics: Registry.OPENMETRICS_CONTENT_TYPE,
} as const

/** The text of families, in a format of CONTENT_TYPES. */
export function renderFamilies(families: readonly MetricFamily[], contentType: RegistryContentType): Promise<string> {
  const registry = new Registry<RegistryContentType>()
  registry.setContentType(contentType)
  // A fresh object for each rendering: OpenMetrics renames the counters that it renders.
  for (const family of families) registry.registerMetric(asMetric(family))
  return registry.metrics()
}

type Registered = Parameters<Registry['registerMetric']>[0]

/** prom-client's types want its own classes; its registry asks a metric only for name, type and `get`. */
function asMetric(family: MetricFamily): Registered {
  const metric = { ...family, get: () => Promise.resolve(metric) }
  return metric as unknown as Registered
}
