import { Module, type DynamicModule, type ModuleMetadata } from '@nestjs/common'
import { Clock, SelfMetrics, type Config, type Logger } from '#platform'
import { Journal } from '#store'
import { Health } from './health/health.js'
import { HealthModule } from './health/health.module.js'
import { IngestModule } from './ingest/ingest.module.js'
import { Scans } from './ingest/scan.js'
import { CONFIG, LOG } from './tokens.js'

/** What is started before Nest and injected everywhere. */
export interface ServerParts {
  readonly config: Config
  readonly log: Logger
  readonly clock: Clock
  readonly metrics: SelfMetrics
  readonly health: Health
  readonly journal: Journal
  readonly scans: Scans
}

/** The whole server; which modules run is a question of the role. */
@Module({})
export class AppModule {
  static of(parts: ServerParts): DynamicModule {
    const values = [
      { provide: CONFIG, useValue: parts.config },
      { provide: LOG, useValue: parts.log },
      { provide: Clock, useValue: parts.clock },
      { provide: SelfMetrics, useValue: parts.metrics },
      { provide: Health, useValue: parts.health },
      { provide: Journal, useValue: parts.journal },
      { provide: Scans, useValue: parts.scans },
    ]
    return {
      module: AppModule,
      global: true,
      providers: values,
      exports: values.map(({ provide }) => provide),
      imports: modulesOf(parts.config.role),
    }
  }
}

function modulesOf(role: Config['role']): NonNullable<ModuleMetadata['imports']> {
  const runs = (...roles: readonly Config['role'][]): boolean => role === 'all' || roles.includes(role)
  return [HealthModule, ...(runs('ingest') ? [IngestModule] : [])]
}
