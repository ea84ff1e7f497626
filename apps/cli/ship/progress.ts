import type { BatchReply } from './sender.js'

/** Running sums of a shipment. */
export interface Shipped {
  bytes: number
  accepted: number
  duplicate: number
  rejected: number
  /** Of a replay: those of the rejected that are older than counts are kept. */
  tooOld: number
}

/** Draws one line on a terminal, rewritten in place; on anything else it stays silent until `finish`. */
export class Progress {
  readonly shipped: Shipped = { bytes: 0, accepted: 0, duplicate: 0, rejected: 0, tooOld: 0 }
  private readonly reasons = new Map<string, number>()
  /** `retention.daysYears` of the server, once a replay has met it. */
  private daysYears: number | undefined
  private drawnAt = 0

  constructor(
    private readonly out: NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number },
    /** Bytes to come, where known. */
    private totalBytes: number | null,
    private readonly now: () => number,
    private readonly startedAt = now(),
  ) {}

  /** Counts bytes that are known to the server already. */
  skip(bytes: number): void {
    if (this.totalBytes !== null) this.totalBytes = Math.max(0, this.totalBytes - bytes)
  }

  add(bytes: number, reply: BatchReply): void {
    this.shipped.bytes += bytes
    this.shipped.accepted += reply.accepted
    this.shipped.duplicate += reply.duplicate
    this.shipped.rejected += reply.rejected
    this.shipped.tooOld += reply.tooOld ?? 0
    this.daysYears ??= reply.daysYears
    for (const { reason } of reply.errors) this.reasons.set(reason, (this.reasons.get(reason) ?? 0) + 1)
    if (this.out.isTTY && this.now() - this.drawnAt >= 100) this.draw()
  }

  /** Prints a sentence without spoiling the line that is being drawn. */
  say(sentence: string): void {
    this.out.write(`${this.clear()}${sentence}\n`)
  }

  finish(): void {
    const { accepted, duplicate, rejected, tooOld } = this.shipped
    const seconds = (this.now() - this.startedAt) / 1000
    this.say(
      `${accepted} accepted, ${duplicate} duplicate, ${rejected} rejected` +
        `${rejected > 0 ? ` (${[...this.reasons.keys()].join(', ')}; see statusline rejects list)` : ''}` +
        ` · ${megabytes(this.shipped.bytes)} in ${seconds.toFixed(1)} s`,
    )
    if (this.daysYears !== undefined) this.say(tooOldToKeep(tooOld, this.daysYears))
    else if (this.reasons.has('too_old')) this.say(TOO_OLD_TO_SHIP)
  }

  private draw(): void {
    this.drawnAt = this.now()
    const width = Math.max(10, Math.min(40, (this.out.columns ?? 80) - 50))
    const part = this.totalBytes ? Math.min(1, this.shipped.bytes / this.totalBytes) : null
    const bar =
      part === null ? '' : `[${'#'.repeat(Math.round(part * width)).padEnd(width, '.')}] ${Math.floor(part * 100)} % `
    const rate = this.shipped.bytes / Math.max(0.001, (this.drawnAt - this.startedAt) / 1000)
    this.out.write(`${this.clear()}${bar}${this.shipped.accepted} events, ${megabytes(rate)}/s`)
  }

  private clear(): string {
    return this.out.isTTY ? '\r\u001b[K' : ''
  }
}

/** The server knows how far it took a file of a source, so the same file is loaded once more only under another name. */
const TOO_OLD_TO_SHIP =
  'lines older than 48 hours are not counted by ship: load old logs with statusline replay FILE --source NAME, under a source that they were not shipped to'

const tooOldToKeep = (events: number, years: number): string =>
  `not counted: ${events} events older than ${years} ${years === 1 ? 'year' : 'years'}, which is as long as the server keeps counts ` +
  `(retention.daysYears is ${years}); with a longer one, replay FILE --source NAME counts them under a source that they were not sent to`

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`
}
