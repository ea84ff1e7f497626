import { QueryError } from './query-error.js'

interface Waiting {
  readonly enter: () => void
  readonly timer: NodeJS.Timeout
}

/** Lets a few pass at a time; the others wait their turn up to `waitMs`, then get QueryError `timeout`. */
export class Gate {
  private inside = 0
  private readonly waiting = new Set<Waiting>()

  constructor(
    private readonly places: number,
    private readonly waitMs: number,
  ) {}

  /** Runs `work` when there is a place. */
  async pass<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.inside >= this.places) await this.turn()
    else this.inside++
    try {
      return await work()
    } finally {
      this.leave()
    }
  }

  private turn(): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.waiting.delete(waiting)
        reject(new QueryError('timeout', 'too many questions at once: ask again'))
      }, this.waitMs)
      const waiting: Waiting = { enter: resolve, timer }
      this.waiting.add(waiting)
    })
  }

  /** A place goes straight to the one who waits longest. */
  private leave(): void {
    const [next] = this.waiting
    if (next === undefined) {
      this.inside--
      return
    }
    this.waiting.delete(next)
    clearTimeout(next.timer)
    next.enter()
  }
}
