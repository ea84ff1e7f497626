const EVERY_MS = 1_000

/** The resident memory of a process, second by second. */
export class MemoryWatch {
  readonly samples: number[] = []
  private readonly timer: NodeJS.Timeout

  /** `read` tells the bytes now; null where the system does not tell. */
  static begin(read: () => number | null): MemoryWatch {
    return new MemoryWatch(read)
  }

  private constructor(private readonly read: () => number | null) {
    this.look()
    this.timer = setInterval(() => this.look(), EVERY_MS)
  }

  end(): void {
    clearInterval(this.timer)
    this.look()
  }

  private look(): void {
    const bytes = this.read()
    if (bytes !== null) this.samples.push(bytes)
  }
}
