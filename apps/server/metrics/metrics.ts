import { type Clock, type SelfMetrics } from '#platform'
import { TRAFFIC_METRICS, Turns, type Background, type QueryService } from '#store'
import { Fresh } from './fresh.js'
import type { MetricFamily } from './metric-family.js'
import { writeFamilies, type FamilyText } from './metric-text.js'
import type { ProcessNumbers } from './process-numbers.js'
import { countsFamilies, sourceValues, type CountsValues } from './source-families.js'

/** Which metrics a scrape asks for: those of the traffic are the same on every replica, those of the process are its own. */
export const METRIC_SCOPES = ['all', 'traffic', 'self'] as const
export type MetricScope = (typeof METRIC_SCOPES)[number]

/** What the metrics are read from. */
export interface MetricsParts {
  readonly query: Pick<QueryService, 'sources'>
  readonly self: SelfMetrics
  readonly clock: Clock
  readonly traffic: Background['traffic']
  /** Further numbers that are read from Postgres. */
  readonly counts: readonly (() => Promise<CountsValues>)[]
  readonly processNumbers: ProcessNumbers
}

const MAX_AGE_MS = 1_000

/** Everything that a scrape shows. */
export class Metrics {
  private readonly traffic: Fresh<FamilyText[]>
  private readonly counts: Fresh<FamilyText[]>

  constructor(private readonly parts: MetricsParts) {
    const { clock } = parts
    this.traffic = new Fresh(
      () => this.readTraffic(),
      MAX_AGE_MS,
      () => clock.monotonicMs(),
    )
    this.counts = new Fresh(
      () => this.readCounts(),
      MAX_AGE_MS,
      () => clock.monotonicMs(),
    )
  }

  /** The text of every metric that is asked for, at most 1 s old where it is read from Postgres; rejects with QueryError. */
  async texts(scope: MetricScope): Promise<FamilyText[]> {
    const traffic = scope === 'self' ? [] : await this.traffic.get()
    const self = scope === 'traffic' ? [] : [...(await this.counts.get()), ...(await this.readSelf())]
    return [...traffic, ...self]
  }

  private async readTraffic(): Promise<FamilyText[]> {
    const texts = await this.parts.traffic()
    return TRAFFIC_METRICS.map(({ name, help, type }) => ({
      name,
      help,
      type,
      chunks: texts.find((text) => text.name === name)?.chunks ?? [],
    }))
  }

  private async readCounts(): Promise<FamilyText[]> {
    const values = await Promise.all([
      this.parts.query.sources().then(sourceValues),
      ...this.parts.counts.map((read) => read()),
    ])
    return writeFamilies(countsFamilies(Object.assign({}, ...values) as CountsValues), new Turns())
  }

  private async readSelf(): Promise<FamilyText[]> {
    this.parts.processNumbers.bringAll()
    const families = (await this.parts.self.registry.getMetricsAsJSON()) as unknown as MetricFamily[]
    return writeFamilies(families, new Turns())
  }
}
