import { statfsSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { SystemClock } from '../clock.js'
import { startEmbeddedPostgres, type EmbeddedPostgres, type EmbeddedPostgresOptions } from './embedded-postgres.js'

/** The first pause before a new start; each later one is twice as long, up to the last. */
const FIRST_PAUSE_MS = 250
const LAST_PAUSE_MS = 5_000
/** PostgreSQL ends when it cannot make its next 16 MiB of log. */
const NO_ROOM_BYTES = 16 * 1024 * 1024

/** An embedded PostgreSQL that is started again whenever it ends by itself, under the same address. */
export interface KeptPostgres {
  /** Connection URL with its password; never print it. */
  readonly url: string
  /** Why it does not run now, in a few words; null while it runs. */
  trouble(): string | null
  /** Stops it for good; a second call waits for the first. */
  stop(): Promise<void>
}

export interface KeepOptions extends EmbeddedPostgresOptions {
  /** Receives one plain line whenever it ended by itself, or could not be started again. */
  readonly warn?: (line: string) => void
}

/** Starts it, and keeps it running; throws EmbeddedPostgresError with a one-line reason when the first start fails. */
export async function keepEmbeddedPostgres(options: KeepOptions): Promise<KeptPostgres> {
  return new Keeper(options, await startEmbeddedPostgres(options))
}

/**
 * A full disk and the kernel's out-of-memory killer end the database, not its data: everything acknowledged is in its log, and
 * a start recovers it. Until there is room again every start fails, and is tried again.
 */
class Keeper implements KeptPostgres {
  readonly url: string
  private readonly port: number
  private away: string | null = null
  private reviving: Promise<void> = Promise.resolve()
  private stopping: Promise<void> | null = null
  private readonly stopped = new AbortController()

  constructor(
    private readonly options: KeepOptions,
    private database: EmbeddedPostgres,
  ) {
    this.url = database.url
    this.port = Number(new URL(database.url).port)
    this.watch()
  }

  trouble(): string | null {
    return this.away
  }

  stop(): Promise<void> {
    return (this.stopping ??= this.stopAll())
  }

  private async stopAll(): Promise<void> {
    this.stopped.abort()
    await this.reviving
    await this.database.stop()
  }

  private watch(): void {
    void this.database.lost.then((reason) => (this.reviving = this.revive(reason)))
  }

  private async revive(reason: string): Promise<void> {
    if (this.stopping !== null) return
    const clock = new SystemClock()
    const endedMs = clock.monotonicMs()
    this.tell(reason)
    // Gives the folder free; there is nothing left to stop.
    await this.database.stop()
    for (let pauseMs = FIRST_PAUSE_MS; !this.stopped.signal.aborted; pauseMs = Math.min(2 * pauseMs, LAST_PAUSE_MS)) {
      await sleep(pauseMs, undefined, { signal: this.stopped.signal }).catch(() => undefined)
      if (this.stopped.signal.aborted || !(await this.startAgain())) continue
      this.options.log?.(`the embedded database runs again after ${Math.round(clock.monotonicMs() - endedMs)} ms`)
      this.away = null
      this.watch()
      return
    }
  }

  private async startAgain(): Promise<boolean> {
    try {
      this.database = await startEmbeddedPostgres({
        ...this.options,
        port: this.port,
        signal: this.stopped.signal,
      })
      return true
    } catch (error) {
      if (!this.stopped.signal.aborted) this.tell((error as Error).message)
      return false
    }
  }

  private tell(reason: string): void {
    const full = this.isFull()
    this.away = `the embedded database ended and is being started again${full ? '; its disk is full' : ''}`
    this.options.warn?.(`${full ? `no room on the disk of ${this.options.dataDir}: ` : ''}${reason}`)
  }

  private isFull(): boolean {
    try {
      const { bavail, bsize } = statfsSync(this.options.dataDir)
      return bavail * bsize < NO_ROOM_BYTES
    } catch {
      return false
    }
  }
}
