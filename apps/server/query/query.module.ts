import { Module, type DynamicModule } from '@nestjs/common'
import { GraphQLModule } from '@nestjs/graphql'
import { MercuriusDriver, type MercuriusDriverConfig } from '@nestjs/mercurius'
import { Catalog } from '#catalog'
import { QueryService } from '#store'
import { Answers } from './answers.js'
import { ExplorerController } from './explorer/explorer.controller.js'
import { graphqlOptions, type ReportBug } from './graphql-options.js'
import { AlertQueries, RejectQueries } from './ports.js'
import { DEFAULT_COST_LIMITS, type CostLimits } from './query-cost.js'
import { QUESTION_TIMES, type QuestionTimes } from './question-times.js'
import { QuestionController } from './question.controller.js'
import { QuestionResolver } from './question.resolver.js'

/** What questions are answered from. */
export interface QueryParts {
  readonly query: QueryService
  readonly catalog: Catalog
  readonly alerts: AlertQueries
  readonly rejects: RejectQueries
  /** How large a query may be. */
  readonly costLimits?: CostLimits
  /** Hears how long each question took. */
  readonly times?: QuestionTimes
  /** Hears of errors that are bugs. */
  readonly report: ReportBug
}

/** GraphQL, its explorer, and the REST twins. */
@Module({})
export class QueryModule {
  static of({ query, catalog, alerts, rejects, costLimits, times, report }: QueryParts): DynamicModule {
    return {
      module: QueryModule,
      imports: [
        GraphQLModule.forRoot<MercuriusDriverConfig>({
          driver: MercuriusDriver,
          ...graphqlOptions(query, costLimits ?? DEFAULT_COST_LIMITS, report),
        }),
      ],
      controllers: [QuestionController, ExplorerController],
      providers: [
        { provide: QueryService, useValue: query },
        { provide: Catalog, useValue: catalog },
        { provide: AlertQueries, useValue: alerts },
        { provide: RejectQueries, useValue: rejects },
        { provide: QUESTION_TIMES, useValue: times ?? (() => undefined) },
        Answers,
        QuestionResolver,
      ],
    }
  }
}
