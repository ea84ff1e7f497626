/** Calls `act` at once, but two times never closer together than `apartMs`: what comes in between is one call at its end. */
export class Spaced {
  private actedMs = -Infinity
  private due: NodeJS.Timeout | null = null

  constructor(
    private readonly apartMs: number,
    private readonly act: () => void,
  ) {}

  call(): void {
    if (this.due !== null) return
    const waitMs = this.actedMs + this.apartMs - performance.now()
    if (waitMs <= 0) this.actNow()
    else this.due = setTimeout(() => this.actNow(), waitMs)
  }

  /** Forgets the call that is due. */
  cancel(): void {
    clearTimeout(this.due ?? undefined)
    this.due = null
  }

  private actNow(): void {
    this.due = null
    this.actedMs = performance.now()
    this.act()
  }
}
