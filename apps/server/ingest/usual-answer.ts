/** A window in which all bodies there are room for were under way counts so much; with fewer under way, by as much less. */
const WEIGHT = 1 / 10

/**
 * How long an acknowledgement usually takes while no more bodies are under way than are always let in: a mean over some seconds of full
 * load, or minutes of little. It is one of factors, not of differences, so that a single stall of the disk hardly moves it.
 */
export class UsualAnswer {
  private log: number | null = null

  /** In ms; 0 where nothing is known yet. */
  get ms(): number {
    return this.log === null ? 0 : Math.exp(this.log)
  }

  /** Answers took `meanMs` while `share` of the room, at most 1, was in use. */
  learn(meanMs: number, share: number): void {
    const log = Math.log(Math.max(meanMs, 0.01))
    this.log = this.log === null ? log : this.log + (log - this.log) * share * WEIGHT
  }
}
