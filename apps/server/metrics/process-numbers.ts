/** Parts of this process that bring their numbers to the metrics when somebody scrapes, rather than at every event. */
export class ProcessNumbers {
  private readonly parts: (() => void)[] = []

  /** `bring` is called before every scrape. */
  add(bring: () => void): void {
    this.parts.push(bring)
  }

  bringAll(): void {
    for (const bring of this.parts) bring()
  }
}
