/** One HTTP reply as the loader needs it. */
export interface Reply {
  readonly status: number
  readonly body: string
}

const HEAD_END = Buffer.from('\r\n\r\n')

/** Reads HTTP/1.1 replies with Content-Length from a socket's chunks; small on purpose. */
export class ReplyReader {
  private pending: Buffer = Buffer.alloc(0)

  /** Takes a chunk; the reply where it is complete, else null. */
  take(chunk: Buffer): Reply | null {
    this.pending = this.pending.length === 0 ? chunk : Buffer.concat([this.pending, chunk])
    const headEnd = this.pending.indexOf(HEAD_END)
    if (headEnd < 0) return null
    const head = this.pending.toString('latin1', 0, headEnd)
    const length = Number(/content-length: *(\d+)/i.exec(head)?.[1] ?? 0)
    const end = headEnd + HEAD_END.length + length
    if (this.pending.length < end) return null
    const body = this.pending.toString('utf8', headEnd + HEAD_END.length, end)
    this.pending = this.pending.subarray(end)
    return { status: Number(head.slice(9, 12)), body }
  }
}
