import { Module } from '@nestjs/common'
import { Catalog } from '#catalog'
import { Clock, SelfMetrics, type Config } from '#platform'
import { QueryService, type AlertStore, type Database } from '#store'
import { ALERT_STORE, CONFIG, DATABASE } from '../tokens.js'
import { alertValues, journalValues, metricSeriesValues } from './counts-values.js'
import { Metrics } from './metrics.js'
import { MetricsController } from './metrics.controller.js'
import { ProcessNumbers } from './process-numbers.js'

/** What Prometheus scrapes. */
@Module({
  controllers: [MetricsController],
  providers: [
    {
      provide: Metrics,
      useFactory: (
        config: Config,
        query: QueryService,
        catalog: Catalog,
        self: SelfMetrics,
        clock: Clock,
        database: Database,
        alerts: AlertStore,
        numbers: ProcessNumbers,
      ) =>
        new Metrics({
          query,
          self,
          clock,
          labels: { zeroCodes: config.zeroCodes, routes: config.metrics.routes.length > 0, catalog },
          counts: [
            () => journalValues(database.pool, config.limits.journalBytes),
            () => alertValues(alerts.reader),
            () => metricSeriesValues(query, config.zeroCodes, config.budgets.metricSeries),
          ],
          processNumbers: numbers,
        }),
      inject: [CONFIG, QueryService, Catalog, SelfMetrics, Clock, DATABASE, ALERT_STORE, ProcessNumbers],
    },
  ],
})
export class MetricsModule {}
