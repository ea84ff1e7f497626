import { Module, type DynamicModule, type ModuleMetadata } from '@nestjs/common'
import type { Rule } from '#alert'
import { Catalog } from '#catalog'
import { Clock, SelfMetrics, type Config, type Logger } from '#platform'
import {
  Journal,
  Quarantine,
  QueryService,
  SourceDirectory,
  type AlertStore,
  type Background,
  type Database,
} from '#store'
import { AdminModule } from './admin/admin.module.js'
import { AlertModule } from './alert/alert.module.js'
import { DoorsModule } from './doors/doors.module.js'
import { SocketsModule } from './doors/sockets.module.js'
import { Health } from './health/health.js'
import { HealthModule } from './health/health.module.js'
import { StoredKeys } from './http/stored-keys.js'
import { IngestModule } from './ingest/ingest.module.js'
import { JournalRoom } from './ingest/journal-room.js'
import { Scans } from './ingest/scan.js'
import { LandingModule } from './landing/landing.module.js'
import { MetricsModule } from './metrics/metrics.module.js'
import { ProcessNumbers } from './metrics/process-numbers.js'
import { DEFAULT_COST_LIMITS } from './query/query-cost.js'
import { QueryModule } from './query/query.module.js'
import { StoredAlerts } from './reading/stored-alerts.js'
import { StoredRejects } from './reading/stored-rejects.js'
import { ALERT_STORE, BACKGROUND, CONFIG, DATABASE, LOG } from './tokens.js'

/** What is started before Nest and injected everywhere. */
export interface ServerParts {
  readonly config: Config
  readonly log: Logger
  readonly clock: Clock
  readonly metrics: SelfMetrics
  readonly numbers: ProcessNumbers
  readonly room: JournalRoom
  readonly health: Health
  readonly keys: StoredKeys
  readonly database: Database
  readonly background: Background
  readonly journal: Journal
  readonly sources: SourceDirectory
  readonly scans: Scans
  readonly catalog: Catalog
  readonly query: QueryService
  readonly rules: readonly Rule[]
  readonly alertStore: AlertStore
}

/** The whole server; which modules run is a question of the role. */
@Module({})
export class AppModule {
  static of(parts: ServerParts): DynamicModule {
    const values = [
      { provide: CONFIG, useValue: parts.config },
      { provide: LOG, useValue: parts.log },
      { provide: DATABASE, useValue: parts.database },
      { provide: BACKGROUND, useValue: parts.background },
      { provide: ALERT_STORE, useValue: parts.alertStore },
      { provide: Clock, useValue: parts.clock },
      { provide: SelfMetrics, useValue: parts.metrics },
      { provide: ProcessNumbers, useValue: parts.numbers },
      { provide: JournalRoom, useValue: parts.room },
      { provide: Health, useValue: parts.health },
      { provide: StoredKeys, useValue: parts.keys },
      { provide: Journal, useValue: parts.journal },
      { provide: SourceDirectory, useValue: parts.sources },
      { provide: Scans, useValue: parts.scans },
      { provide: Catalog, useValue: parts.catalog },
      { provide: QueryService, useValue: parts.query },
    ]
    return {
      module: AppModule,
      global: true,
      providers: values,
      exports: values.map(({ provide }) => provide),
      imports: [HealthModule, MetricsModule, ...modulesOf(parts)],
    }
  }
}

function modulesOf(parts: ServerParts): NonNullable<ModuleMetadata['imports']> {
  const { role } = parts.config
  const runs = (wanted: Config['role']): boolean => role === 'all' || role === wanted
  return [
    ...(runs('ingest') ? [IngestModule, DoorsModule, SocketsModule] : []),
    ...(runs('query') ? [queryModule(parts), AdminModule, LandingModule] : []),
    ...(runs('alert') ? [alertModule(parts)] : []),
  ]
}

function queryModule(parts: ServerParts): DynamicModule {
  const { config, query, catalog, alertStore, rules, log, database, metrics } = parts
  const { graphqlDepth, graphqlFields, graphqlQuestions } = config.limits
  return QueryModule.of({
    query,
    catalog,
    alerts: new StoredAlerts(alertStore.reader, rules),
    rejects: new StoredRejects(new Quarantine(database.pool)),
    costLimits: { ...DEFAULT_COST_LIMITS, depth: graphqlDepth, fields: graphqlFields, questions: graphqlQuestions },
    times: (question, seconds) => metrics.histogram('statusline_query_seconds').observe({ question }, seconds),
    report: (bug) => log.error({ err: bug }, 'a question failed'),
  })
}

function alertModule({ config, alertStore, rules, clock, log }: ServerParts): DynamicModule {
  const { webhooks, deliveryTimeoutMs } = config.alert
  return AlertModule.register({ store: alertStore, rules, webhooks, deliveryTimeoutMs, clock, log })
}
