import { lineOf, requests } from '../corpus.js'

const TIME_DIGITS = 24
const ID_DIGITS = 8

/**
 * A pre-generated NDJSON body that becomes a new batch by overwriting, in place, the time and the first digits of the
 * request id of each event. Making bodies must cost the loader next to nothing: it shares the machine with the server.
 */
export class BatchBody {
  readonly bytes: Buffer
  private readonly timesAt: readonly number[]
  private readonly idsAt: readonly number[]

  constructor(
    readonly events: number,
    seed: number,
  ) {
    const lines = [...requests(events, seed)].map((request) => `${lineOf('ndjson', request)}\n`)
    this.bytes = Buffer.from(lines.join(''), 'latin1')
    this.timesAt = positionsOf(lines, '"ts":"')
    this.idsAt = positionsOf(lines, '"request_id":"')
  }

  /** Makes it batch `number` of events that ended at `atMs`. */
  renew(number: number, atMs: number): void {
    const id = Buffer.from(number.toString(16).padStart(ID_DIGITS, '0'), 'latin1')
    const time = Buffer.from(new Date(atMs).toISOString().slice(0, TIME_DIGITS), 'latin1')
    for (let event = 0; event < this.events; event++) {
      this.bytes.set(id, this.idsAt[event])
      this.bytes.set(time, this.timesAt[event])
    }
  }
}

const positionsOf = (lines: readonly string[], key: string): number[] => {
  let start = 0
  return lines.map((line) => {
    const at = start + line.indexOf(key) + key.length
    start += line.length
    return at
  })
}
