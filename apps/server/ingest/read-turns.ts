/** One look at all connections may read bodies for so long, ms; ordinary loads take less. */
const LONGEST_MS = 100
/** Of those that wait so many go on in one turn: what they bring takes some 10 ms. */
const AT_ONCE = 8

interface Waiting {
  readonly body: number
  readonly goOn: () => void
}

/**
 * Shares the thread among bodies that bring more than it can read. Node reads up to 2 MB of one connection before it looks at the
 * next, so that hundreds of full ones would keep a small request waiting for seconds. Once a turn of the event loop took long, what
 * brings more waits, and a few bodies go on in each of the next turns: those that began first, because all of them together would
 * end at one time, and be answered too late.
 */
export class ReadTurns {
  private readonly waiting: Waiting[] = []
  private bodies = 0
  private sinceMs = 0
  private isOpen = false

  constructor(private readonly nowMs: () => number = () => performance.now()) {}

  /** The number of a new body. */
  begin(): number {
    return this.bodies++
  }

  /** Asked behind every chunk: set, the body that brought it waits until this resolves. */
  room(body: number): Promise<void> | null {
    if (!this.isOpen) this.open()
    else if (this.nowMs() - this.sinceMs >= LONGEST_MS)
      return new Promise((resolve) => this.wait({ body, goOn: resolve }))
    return null
  }

  private open(): void {
    this.isOpen = true
    this.sinceMs = this.nowMs()
    setImmediate(this.next)
  }

  private wait(one: Waiting): void {
    const { waiting } = this
    let at = waiting.length
    while (at > 0 && waiting[at - 1]!.body > one.body) at--
    waiting.splice(at, 0, one)
  }

  private readonly next = (): void => {
    this.isOpen = false
    for (const { goOn } of this.waiting.splice(0, AT_ONCE)) goOn()
    if (this.waiting.length > 0) this.open()
  }
}
