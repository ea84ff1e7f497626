import { MsgpackEnd } from '../msgpack-reader.js'

const FIRST_BYTES = 4 * 1024

/** Cuts the bytes of a connection into messages. Holds what has arrived of one message and nothing that its bytes only claim. */
export class MessageFrames {
  private held = Buffer.alloc(FIRST_BYTES)
  private length = 0
  private end = new MsgpackEnd()

  private next(): number {
    return this.length === 0 ? -1 : this.end.find(this.held.subarray(0, this.length))
  }

  private append(chunk: Uint8Array): void {
    const needed = this.length + chunk.length
    if (needed > this.held.length) {
      const grown = Buffer.alloc(2 * needed)
      this.held.copy(grown, 0, 0, this.length)
      this.held = grown
    }
    this.held.set(chunk, this.length)
    this.length = needed
  }

  /** Takes the next bytes and gives every message that they complete; a message is the caller's to keep. */
  *push(chunk: Uint8Array): Generator<Buffer> {
    this.append(chunk)
    for (let size = this.next(); size >= 0; size = this.next()) {
      const message = Buffer.from(this.held.subarray(0, size))
      this.held.copyWithin(0, size, this.length)
      this.length -= size
      this.end = new MsgpackEnd()
      yield message
    }
  }
}
