/** What the loader wants to know of a reply. */
export interface Reply {
  readonly status: number
  readonly accepted: number
  readonly duplicate: number
  readonly rejected: number
  /** When a refused sender may come again, where the reply tells. */
  readonly retryAfterMs?: number
}

const HEAD_END = Buffer.from('\r\n\r\n')
const STATUS_AT = 'HTTP/1.1 '.length

/**
 * Reads HTTP/1.1 replies with Content-Length from the chunks of one connection. A chunk that is a whole 202 with the body that a
 * batch of new, valid events gets is recognised by comparing bytes: nearly all are, and the loader shares the machine.
 */
export class ReplyReader {
  private pending: Buffer = Buffer.alloc(0)
  private readonly hoped: Reply
  private readonly hopedEnd: Buffer

  constructor(events: number) {
    this.hoped = { status: 202, accepted: events, duplicate: 0, rejected: 0 }
    this.hopedEnd = Buffer.from(`\r\n\r\n{"accepted":${events},"duplicate":0,"rejected":0,"errors":[]}`, 'latin1')
  }

  /** Takes a chunk; the reply where it is complete, else null. The chunk may be overwritten afterwards. */
  take(chunk: Buffer): Reply | null {
    if (this.pending.length === 0 && this.isHoped(chunk)) return this.hoped
    this.pending = Buffer.concat([this.pending, chunk])
    const headEnd = this.pending.indexOf(HEAD_END)
    if (headEnd < 0) return null
    const head = this.pending.toString('latin1', 0, headEnd)
    const length = Number(/content-length: *(\d+)/i.exec(head)?.[1] ?? 0)
    const end = headEnd + HEAD_END.length + length
    if (this.pending.length < end) return null
    const body = this.pending.toString('utf8', headEnd + HEAD_END.length, end)
    this.pending = this.pending.subarray(end)
    const status = Number(head.slice(STATUS_AT, STATUS_AT + 3))
    if (status === 202) return { status, ...toldBy(body) }
    const seconds = /retry-after: *(\d+)/i.exec(head)?.[1]
    const again = seconds === undefined ? {} : { retryAfterMs: Number(seconds) * 1000 }
    return { status, accepted: 0, duplicate: 0, rejected: 0, ...again }
  }

  private isHoped(chunk: Buffer): boolean {
    const bodyAt = chunk.length - this.hopedEnd.length
    return (
      bodyAt > STATUS_AT + 3 &&
      chunk[STATUS_AT] === 0x32 &&
      chunk[STATUS_AT + 1] === 0x30 &&
      chunk[STATUS_AT + 2] === 0x32 &&
      chunk.compare(this.hopedEnd, 0, this.hopedEnd.length, bodyAt) === 0
    )
  }
}

const toldBy = (body: string): Omit<Reply, 'status'> => {
  const { accepted, duplicate, rejected } = JSON.parse(body) as Omit<Reply, 'status'>
  return { accepted, duplicate, rejected }
}
