import { readFileSync } from 'node:fs'
import type { TlsOptions } from 'node:tls'
import {
  Inject,
  Module,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
  type OnModuleInit,
} from '@nestjs/common'
import { Clock, isLoopback, PeerRules, SelfMetrics, type Config, type Logger } from '#platform'
import { Journal, SourceDirectory } from '#store'
import { DoorCounts } from '../ingest/door-counts.js'
import { InFlight } from '../ingest/in-flight.js'
import { IngestModule } from '../ingest/ingest.module.js'
import { Intake } from '../ingest/intake.js'
import { RecordIntake } from '../ingest/record-intake.js'
import { Scans } from '../ingest/scan.js'
import { ProcessNumbers } from '../metrics/process-numbers.js'
import { CONFIG, LOG } from '../tokens.js'
import { AlsDoor } from './als/als-door.js'
import { ForwardDoor } from './forward/forward-door.js'
import { portRefused } from './port-refused.js'
import type { SocketDoor } from './socket-door.js'
import { SyslogDoor } from './syslog/syslog-door.js'

/** How long records that are not durable yet are waited for at the stop. */
const FINISH_MS = 10_000

/** Opens the doors that are no HTTP and have a port of their own. */
@Module({
  imports: [IngestModule],
  providers: [
    {
      provide: RecordIntake,
      useFactory: (
        scans: Scans,
        journal: Journal,
        sources: SourceDirectory,
        clock: Clock,
        inFlight: InFlight,
        log: Logger,
      ) => {
        const report = (bug: unknown): void => log.error({ err: bug }, 'records of a socket could not be counted')
        return new RecordIntake({ scans, journal, sources, clock, inFlight, report })
      },
      inject: [Scans, Journal, SourceDirectory, Clock, InFlight, LOG],
    },
  ],
})
export class SocketsModule implements OnModuleInit, OnApplicationBootstrap, BeforeApplicationShutdown {
  private doors: readonly SocketDoor[] = []
  /** Datagrams that were thrown away by the last scrape. */
  private drops = 0

  constructor(
    private readonly records: RecordIntake,
    private readonly intake: Intake,
    private readonly inFlight: InFlight,
    private readonly metrics: SelfMetrics,
    private readonly numbers: ProcessNumbers,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LOG) private readonly log: Logger,
  ) {}

  onModuleInit(): void {
    const peers = new PeerRules(this.config.sockets.allow)
    const { syslogPort, sockets } = this.config
    if (syslogPort !== undefined || sockets.syslogTlsPort !== undefined)
      this.doors = [...this.doors, this.syslog(peers)]
    if (sockets.alsPort !== undefined) this.doors = [...this.doors, this.als(peers, sockets.alsPort)]
    if (sockets.forwardPort !== undefined) this.doors = [...this.doors, this.forward(peers, sockets.forwardPort)]
  }

  async onApplicationBootstrap(): Promise<void> {
    for (const door of this.doors) {
      await door.open().catch((error: unknown) => {
        throw portRefused(error, door.name, this.config)
      })
      this.log.info({ door: door.name, host: this.config.host, ports: door.ports }, 'door open')
    }
    const { host, sockets } = this.config
    if (this.doors.length > 0 && sockets.allow.length === 0 && !isLoopback(host))
      this.log.warn({ host }, 'sockets.allow names no network: these doors let in this machine alone')
  }

  /** Nothing more is taken, and what was received is made durable. */
  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all(this.doors.map((door) => door.close()))
    const lost = await this.records.end(FINISH_MS)
    if (lost > 0) this.log.error({ records: lost }, 'received over sockets and not made durable before the stop')
  }

  private syslog(peers: PeerRules): SyslogDoor {
    const { host, syslogPort = null, sockets, limits } = this.config
    const { syslogTlsPort, messageBytes } = sockets
    const tls = syslogTlsPort === undefined ? null : { port: syslogTlsPort, options: tlsOptions(this.config) }
    const heldBytes = limits.concurrentBodyBytes / 4
    const door = new SyslogDoor(
      { host, port: syslogPort, tls, maxMessageBytes: messageBytes, heldBytes },
      { records: this.records, peers, counts: this.countsOf('syslog'), warn: (...what) => this.log.warn(...what) },
    )
    this.numbers.add(() => this.tellDrops(door))
    return door
  }

  private forward(peers: PeerRules, port: number): ForwardDoor {
    const { host, sockets, limits } = this.config
    const sharedKey = sockets.forwardSharedKey?.reveal() ?? null
    return new ForwardDoor(
      { host, port, sharedKey, messageBytes: limits.bodyBytes },
      {
        intake: this.intake,
        inFlight: this.inFlight,
        peers,
        counts: this.countsOf('forward'),
        warn: (...what) => this.log.warn(...what),
      },
    )
  }

  private als(peers: PeerRules, port: number): AlsDoor {
    const { host, limits } = this.config
    const parts = { records: this.records, peers, counts: this.countsOf('als') }
    return new AlsDoor({ host, port, messageBytes: limits.bodyBytes }, parts)
  }

  /** The system counts for as long as the socket is there. */
  private tellDrops(door: SyslogDoor): void {
    const drops = door.dropped()
    if (drops === null) return
    this.metrics.counter('statusline_udp_dropped_total').inc({ door: door.name }, Math.max(0, drops - this.drops))
    this.drops = drops
  }

  private countsOf(door: string): DoorCounts {
    const counts = new DoorCounts(door, this.metrics)
    this.numbers.add(() => counts.flush())
    return counts
  }
}

/** Certificates as the settings name them, which were tried before. */
function tlsOptions({ sockets: { tlsCert = '', tlsKey = '', tlsCa } }: Config): TlsOptions {
  const own = { cert: readFileSync(tlsCert), key: readFileSync(tlsKey) }
  return tlsCa === undefined ? own : { ...own, ca: readFileSync(tlsCa), requestCert: true, rejectUnauthorized: true }
}
