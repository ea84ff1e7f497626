/** A source that holds no more than this is a small one. */
const SMALL_BYTES = 256 * 1024
/** The last part of the room is for the bodies of small sources, however many others fill the rest. */
const SMALL_SHARE = 1 / 8

/**
 * What bodies and records that are not yet answered hold in memory, in bytes: the bound on what ingest keeps. The bodies of one
 * source may hold half of it, and those of all but small sources seven eighths, so that whatever they send, and however slowly, there is
 * room for others.
 */
export class InFlight {
  /** Held by all. */
  usedBytes = 0
  /** Decoded bytes that the bodies under way brought so far, held or not. */
  receivedBytes = 0
  private readonly sources = new Map<string, SourceBytes>()

  constructor(readonly limitBytes: number) {}

  /** Most that the bodies of one source may hold. */
  get sourceLimitBytes(): number {
    return this.limitBytes / 2
  }

  get full(): boolean {
    return this.usedBytes >= this.limitBytes
  }

  add(bytes: number): void {
    this.usedBytes += bytes
  }

  remove(bytes: number): void {
    this.usedBytes -= bytes
  }

  /** Counts for a new body of a source; null where the bodies of this source, or all, hold too much. */
  begin(source: string): BodyBytes | null {
    const own = this.sources.get(source) ?? new SourceBytes(source)
    if (!this.hasRoom(own.held, 0)) return null
    if (own.bodies++ === 0) this.sources.set(source, own)
    return new BodyBytes(this, own)
  }

  /** Whether a source that holds so much may hold `more`. */
  hasRoom(held: number, more: number): boolean {
    const { limitBytes, sourceLimitBytes } = this
    const all = held + more <= SMALL_BYTES ? limitBytes : limitBytes * (1 - SMALL_SHARE)
    return this.usedBytes + more < all && held + more < sourceLimitBytes
  }

  /** The last body of the source has ended. */
  forget(source: string): void {
    this.sources.delete(source)
  }
}

/** What the bodies of one source hold. */
class SourceBytes {
  held = 0
  bodies = 0

  constructor(readonly source: string) {}
}

/** What one body holds. */
export class BodyBytes {
  held = 0
  private received = 0

  constructor(
    private readonly all: InFlight,
    private readonly own: SourceBytes,
  ) {}

  /** Most that a body may hold. */
  get mostBytes(): number {
    return this.all.sourceLimitBytes
  }

  /** So many decoded bytes more came. */
  receive(bytes: number): void {
    this.received += bytes
    this.all.receivedBytes += bytes
  }

  /** Sets what the body holds; false: for more there is no room, and nothing is changed. */
  hold(bytes: number): boolean {
    const { all, own } = this
    const more = bytes - this.held
    if (more > 0 && !all.hasRoom(own.held, more)) return false
    this.held = bytes
    own.held += more
    all.usedBytes += more
    return true
  }

  /** The body has ended. */
  end(): void {
    this.hold(0)
    this.all.receivedBytes -= this.received
    if (--this.own.bodies === 0) this.all.forget(this.own.source)
  }
}
