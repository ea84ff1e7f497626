/** Between two looks; a server at its fastest appends some 20 MB in this time. */
const LOOK_MS = 2_000

/** Whether the journal may grow: what is acknowledged and not yet folded takes disk, and nobody sees it in the counts. */
export class JournalRoom {
  private bytes = 0
  private timer: NodeJS.Timeout | null = null

  /** `read` tells the bytes that wait to be folded; where it cannot, what it told last stands. */
  constructor(
    private readonly read: () => Promise<{ readonly bytes: number }>,
    readonly limitBytes: number,
  ) {}

  /** More waits than may. */
  get full(): boolean {
    return this.bytes >= this.limitBytes
  }

  start(): void {
    this.timer ??= setInterval(() => void this.look(), LOOK_MS).unref()
  }

  stop(): void {
    if (this.timer !== null) clearInterval(this.timer)
    this.timer = null
  }

  /** Looks now; never rejects. */
  async look(): Promise<void> {
    const backlog = await this.read().catch(() => null)
    if (backlog !== null) this.bytes = backlog.bytes
  }
}
