import type { BodyRead } from './body-read.js'

/** Ticks every body under way once a second, so that no request needs a timer of its own. */
export class SlowBodies {
  private readonly reads = new Set<BodyRead>()
  private timer: NodeJS.Timeout | null = null

  start(): void {
    this.timer ??= setInterval(() => this.tick(), 1_000).unref()
  }

  stop(): void {
    if (this.timer !== null) clearInterval(this.timer)
    this.timer = null
  }

  /** Bodies under way. */
  get size(): number {
    return this.reads.size
  }

  add(read: BodyRead): void {
    this.reads.add(read)
  }

  remove(read: BodyRead): void {
    this.reads.delete(read)
  }

  tick(): void {
    for (const read of this.reads) read.tick()
    // Behind the next look at all connections.
    setImmediate(() => {
      for (const read of this.reads) read.look()
    })
  }
}
