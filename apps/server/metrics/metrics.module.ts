import { Module } from '@nestjs/common'
import { Clock, SelfMetrics, type Config } from '#platform'
import { QueryService, type AlertStore, type Background, type Database } from '#store'
import { ALERT_STORE, BACKGROUND, CONFIG, DATABASE } from '../tokens.js'
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
        background: Background,
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
          traffic: () => background.traffic(),
          counts: [
            () => journalValues(database.pool, config.limits.journalBytes),
            () => alertValues(alerts.reader),
            () => metricSeriesValues(query, config.zeroCodes, config.budgets.metricSeries),
          ],
          processNumbers: numbers,
        }),
      inject: [CONFIG, QueryService, BACKGROUND, SelfMetrics, Clock, DATABASE, ALERT_STORE, ProcessNumbers],
    },
  ],
})
export class MetricsModule {}
