/** An answer that is asked for at most once in `maxAgeMs`; those who ask meanwhile share it. A failed one is not kept. */
export class Fresh<Answer> {
  private held: { readonly answer: Promise<Answer>; readonly atMs: number } | null = null

  constructor(
    private readonly ask: () => Promise<Answer>,
    private readonly maxAgeMs: number,
    private readonly nowMs: () => number,
  ) {}

  get(): Promise<Answer> {
    const nowMs = this.nowMs()
    if (this.held !== null && nowMs - this.held.atMs < this.maxAgeMs) return this.held.answer
    const held = { answer: this.ask(), atMs: nowMs }
    this.held = held
    held.answer.catch(() => {
      if (this.held === held) this.held = null
    })
    return held.answer
  }
}
