import { Module, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common'
import { Clock, SelfMetrics, type Config, type Logger } from '#platform'
import { Journal, SourceDirectory } from '#store'
import { ProcessNumbers } from '../metrics/process-numbers.js'
import { CONFIG, LOG } from '../tokens.js'
import { Admission } from './admission.js'
import { busyShare } from './busy-share.js'
import { DoorCounts } from './door-counts.js'
import { FilesController } from './files.controller.js'
import { GenericDoor } from './generic-door.js'
import { GenericRoutes } from './generic-routes.js'
import { InFlight } from './in-flight.js'
import { IngestController } from './ingest.controller.js'
import { Intake } from './intake.js'
import { JournalRoom } from './journal-room.js'
import { RateLimit } from './rate-limit.js'
import { Scans } from './scan.js'
import { SlowBodies } from './slow-bodies.js'

/** The way of a log body from the request to the journal. */
@Module({
  controllers: [IngestController, FilesController],
  providers: [
    SlowBodies,
    GenericRoutes,
    {
      provide: RateLimit,
      useFactory: ({ limits }: Config) => new RateLimit(limits.sourceEventsPerSecond),
      inject: [CONFIG],
    },
    {
      provide: InFlight,
      useFactory: ({ limits }: Config) => new InFlight(limits.concurrentBodyBytes),
      inject: [CONFIG],
    },
    {
      provide: Admission,
      useFactory: ({ limits }: Config) =>
        new Admission({ answerMs: limits.answerMs, leastBodies: limits.concurrentBodies }, busyShare()),
      inject: [CONFIG],
    },
    {
      provide: DoorCounts,
      useFactory: (metrics: SelfMetrics) => new DoorCounts('generic', metrics),
      inject: [SelfMetrics],
    },
    {
      provide: Intake,
      useFactory: (
        { limits, retention }: Config,
        scans: Scans,
        journal: Journal,
        sources: SourceDirectory,
        clock: Clock,
        rate: RateLimit,
        inFlight: InFlight,
        admission: Admission,
        journalRoom: JournalRoom,
        slowBodies: SlowBodies,
        log: Logger,
      ) =>
        new Intake({
          scans,
          journal,
          sources,
          clock,
          rate,
          inFlight,
          admission,
          journalRoom,
          slowBodies,
          daysYears: retention.daysYears,
          report: (bug) => log.error({ err: bug }, 'a batch whose sender was told to come again could not be counted'),
          limits: {
            compressedBytes: limits.bodyBytes,
            decodedBytes: limits.decodedBytes,
            slowSeconds: Math.ceil(limits.slowBodyMs / 1_000),
            minBytesPerSecond: limits.slowBodyBytesPerSecond,
          },
        }),
      inject: [
        CONFIG,
        Scans,
        Journal,
        SourceDirectory,
        Clock,
        RateLimit,
        InFlight,
        Admission,
        JournalRoom,
        SlowBodies,
        LOG,
      ],
    },
    {
      provide: GenericDoor,
      useFactory: (...parts: DoorParts) => new GenericDoor(...parts),
      inject: [Intake, Scans, DoorCounts],
    },
  ],
  exports: [DoorCounts, InFlight, Intake],
})
export class IngestModule implements OnModuleInit, OnApplicationShutdown {
  constructor(
    private readonly slowBodies: SlowBodies,
    private readonly counts: DoorCounts,
    private readonly inFlight: InFlight,
    private readonly admission: Admission,
    private readonly journalRoom: JournalRoom,
    private readonly metrics: SelfMetrics,
    private readonly numbers: ProcessNumbers,
  ) {}

  onModuleInit(): void {
    this.slowBodies.start()
    this.journalRoom.start()
    this.numbers.add(() => this.bringNumbers())
  }

  onApplicationShutdown(): void {
    this.slowBodies.stop()
    this.journalRoom.stop()
  }

  private bringNumbers(): void {
    this.counts.flush()
    this.metrics.gauge('statusline_body_bytes').set(this.inFlight.usedBytes)
    this.metrics.gauge('statusline_body_limit_bytes').set(this.inFlight.limitBytes)
    this.metrics.gauge('statusline_bodies').set(this.admission.size)
    this.metrics.gauge('statusline_bodies_limit').set(this.admission.limit)
  }
}

type DoorParts = ConstructorParameters<typeof GenericDoor>
