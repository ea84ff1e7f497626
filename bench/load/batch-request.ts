import { lineOf, requests } from '../corpus.js'

const ID_DIGITS = 8
const HEX = Buffer.from('0123456789abcdef', 'latin1')

/**
 * A pre-generated request with an NDJSON body, which becomes a new batch by overwriting, in place, the time and the first digits
 * of the request id of each event. Making bodies must cost the loader next to nothing: it shares the machine with the server.
 */
export class BatchRequest {
  /** Head and body, sent with one write. */
  readonly bytes: Buffer
  private readonly timesAt: readonly number[]
  private readonly idsAt: readonly number[]

  constructor(
    url: URL,
    readonly events: number,
    seed: number,
  ) {
    const lines = [...requests(events, seed)].map((request) => `${lineOf('ndjson', request)}\n`)
    const body = lines.join('')
    const head =
      `POST ${url.pathname} HTTP/1.1\r\nHost: ${url.host}\r\nContent-Type: application/x-ndjson\r\n` +
      `Content-Length: ${body.length}\r\n\r\n`
    this.bytes = Buffer.from(head + body, 'latin1')
    this.timesAt = positionsOf(lines, head.length, '"ts":"')
    this.idsAt = positionsOf(lines, head.length, '"request_id":"')
  }

  /** Makes it batch `number` of events that ended at `atMs`. */
  renew(number: number, atMs: number): void {
    const time = isoOf(atMs)
    for (let event = 0; event < this.events; event++) {
      this.writeId(this.idsAt[event]!, number)
      this.bytes.set(time, this.timesAt[event])
    }
  }

  private writeId(at: number, number: number): void {
    for (let digit = ID_DIGITS - 1, left = number; digit >= 0; digit--, left >>>= 4)
      this.bytes[at + digit] = HEX[left & 15]!
  }
}

let latestMs = -1
let latest: Buffer

/** As bytes, made once for all batches of a millisecond. */
const isoOf = (atMs: number): Buffer => {
  if (atMs !== latestMs) latest = Buffer.from(new Date(atMs).toISOString(), 'latin1')
  latestMs = atMs
  return latest
}

const positionsOf = (lines: readonly string[], from: number, key: string): number[] => {
  let start = from
  return lines.map((line) => {
    const at = start + line.indexOf(key) + key.length
    start += line.length
    return at
  })
}
