/** A window in which all bodies there are room for were under way counts so much; with fewer under way, by as much less. */
const WEIGHT = 1 / 10
/** So much must have been seen: what a server does first, it does slowly. */
const KNOWN = 0.45

/**
 * How long an acknowledgement usually takes while no more bodies are under way than are always let in: a mean over some seconds of full
 * load, or minutes of little. It is one of factors, not of differences, so that a single stall of the disk hardly moves it.
 */
export class UsualAnswer {
  private log = 0
  /** How much was seen, at most 1. */
  private seen = 0

  /** In ms; 0 while too little is known. */
  get ms(): number {
    return this.seen < KNOWN ? 0 : Math.exp(this.log)
  }

  /** Answers took `meanMs` while `share` of the room, at most 1, was in use. */
  learn(meanMs: number, share: number): void {
    const weight = share * WEIGHT
    this.seen = Math.min(1, this.seen + weight)
    const log = Math.log(Math.max(meanMs, 0.01))
    this.log += ((log - this.log) * weight) / this.seen
  }

  /** Answers took `meanMs` while more were under way: with fewer they take no longer. */
  atMost(meanMs: number): void {
    if (meanMs < this.ms) this.learn(meanMs, 1)
  }
}
