/**
 * The memory that the kept records of all batches under way may take together. One batch has a limit of its own, but a hundred of
 * them may wait for the database; past the room records are counted with their reasons and not kept.
 */
export class RejectRoom {
  private used = 0

  constructor(readonly limitBytes = 32 << 20) {}

  get usedBytes(): number {
    return this.used
  }

  /** False: there is no room. */
  take(bytes: number): boolean {
    if (this.used + bytes > this.limitBytes) return false
    this.used += bytes
    return true
  }

  giveBack(bytes: number): void {
    this.used -= bytes
  }
}
