/**
 * What bodies and records that are not yet answered hold in memory, in bytes: the bound on what ingest keeps. The bodies of one
 * source may hold half of it, so that whatever it sends, and however slowly, there is room for others.
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
    if (this.full || own.held >= this.sourceLimitBytes) return null
    if (own.bodies++ === 0) this.sources.set(source, own)
    return new BodyBytes(this, own)
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
    const isTooMuch = all.usedBytes + more > all.limitBytes || own.held + more > all.sourceLimitBytes
    if (more > 0 && isTooMuch) return false
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
