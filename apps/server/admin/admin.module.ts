import { Module } from '@nestjs/common'
import { Clock } from '#platform'
import { ApiKeys, Journal, Quarantine, type Database } from '#store'
import { Scans } from '../ingest/scan.js'
import { DATABASE } from '../tokens.js'
import { KeysController } from './keys.controller.js'
import { RejectReplay } from './reject-replay.js'
import { RejectsController } from './rejects.controller.js'

/** What only administrators may do. */
@Module({
  controllers: [KeysController, RejectsController],
  providers: [
    {
      provide: ApiKeys,
      useFactory: (database: Database) => new ApiKeys(database.dataSource),
      inject: [DATABASE],
    },
    {
      provide: Quarantine,
      useFactory: (database: Database) => new Quarantine(database.pool),
      inject: [DATABASE],
    },
    {
      provide: RejectReplay,
      useFactory: (...parts: ReplayParts) => new RejectReplay(...parts),
      inject: [Quarantine, Scans, Journal, Clock],
    },
  ],
})
export class AdminModule {}

type ReplayParts = ConstructorParameters<typeof RejectReplay>
