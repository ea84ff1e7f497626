import { setTimeout as pause } from 'node:timers/promises'
import type { InFlight } from '../../ingest/in-flight.js'

const LOOK_AGAIN_MS = 50

/**
 * The bytes of a connection. They count as in flight until their message is done, nothing more is read while too many are, and
 * no single message may grow past the limit.
 */
export class MeteredBytes implements AsyncIterable<Uint8Array> {
  /** Bytes received since the last message: its size, or a little more. */
  sizeOfMessage = 0

  /** `limit`: most bytes of the first message; `came` is told of all that come. */
  constructor(
    private readonly chunks: AsyncIterable<Uint8Array>,
    private limit: number,
    private readonly inFlight: InFlight,
    private readonly came: (bytes: number) => void,
  ) {}

  /** Throws for a message past the limit. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    for await (const chunk of this.chunks) {
      this.sizeOfMessage += chunk.length
      this.came(chunk.length)
      this.inFlight.add(chunk.length)
      if (this.sizeOfMessage > this.limit) throw new Error(`a message is larger than ${this.limit} bytes`)
      yield chunk
      while (this.inFlight.full && this.sizeOfMessage === 0) await pause(LOOK_AGAIN_MS)
    }
  }

  /** The last message is done; most bytes of the next. */
  beginMessage(limit: number): void {
    this.inFlight.remove(this.sizeOfMessage)
    this.sizeOfMessage = 0
    this.limit = limit
  }
}
