/**
 * An answer that is asked for at most once in `maxAgeMs`; those who ask meanwhile, or while it is still on its way, share it. A failed
 * one is not kept, and an old one is let go: it may be large.
 */
export class Fresh<Answer> {
  private held: { readonly answer: Promise<Answer>; readonly atMs: number; isPending: boolean } | null = null

  constructor(
    private readonly ask: () => Promise<Answer>,
    private readonly maxAgeMs: number,
    private readonly nowMs: () => number,
  ) {}

  get(): Promise<Answer> {
    const nowMs = this.nowMs()
    if (this.held !== null && (this.held.isPending || nowMs - this.held.atMs < this.maxAgeMs)) return this.held.answer
    const held = { answer: this.ask(), atMs: nowMs, isPending: true }
    this.held = held
    const forget = () => {
      if (this.held === held) this.held = null
    }
    const keep = () => {
      held.isPending = false
      return setTimeout(forget, this.maxAgeMs).unref()
    }
    held.answer.then(keep, forget)
    return held.answer
  }
}
