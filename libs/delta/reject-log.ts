import { EXPECTED_REJECTS, type RejectReason } from '#event'
import { RejectRoom } from './reject-room.js'
import type { RejectedRecord } from './sealed-batch.js'

/** Errors named in the reply. */
export const REPLY_ERRORS = 10
/** Rejected records of one batch kept for quarantine: this many, of together this much memory. */
const KEPT_RECORDS = 100_000
const KEPT_BYTES = 8 << 20
/** What a kept record costs beyond its bytes; without it a body of one-byte records would take hundreds of times its size. */
const OVERHEAD_BYTES = 128
/** Longer records keep this much of their head and cannot be replayed. */
export const KEPT_RECORD_BYTES = 16 << 10

/** One record of the reply's `errors`. */
export interface ReplyError {
  readonly index: number
  readonly reason: RejectReason
}

/** The rejected records of one batch: counts of all, the first ones themselves. */
export class RejectLog {
  count = 0
  errors: ReplyError[] = []
  records: RejectedRecord[] = []
  by: Partial<Record<RejectReason, number>> = {}
  private keptBytes = 0

  /** `room`: shared by all batches under way. */
  constructor(private readonly room = new RejectRoom()) {}

  add(reason: RejectReason, record: Uint8Array, from: number, to: number, index: number): void {
    this.count++
    this.by[reason] = (this.by[reason] ?? 0) + 1
    if (EXPECTED_REJECTS.has(reason)) return
    if (this.errors.length < REPLY_ERRORS) this.errors.push({ index, reason })
    const whole = to - from <= KEPT_RECORD_BYTES && reason !== 'too_long'
    const size = Math.min(to - from, KEPT_RECORD_BYTES)
    const cost = size + OVERHEAD_BYTES
    if (this.records.length >= KEPT_RECORDS || this.keptBytes + cost > KEPT_BYTES || !this.room.take(cost)) return
    this.keptBytes += cost
    // A copy: of a `Buffer`, `slice` would be a view that keeps the whole chunk.
    this.records.push({ index, reason, record: new Uint8Array(record.subarray(from, from + size)), whole })
  }

  /** Begins a new batch; what was handed out stays with who has it. */
  clear(): void {
    if (this.count === 0) return
    this.room.giveBack(this.keptBytes)
    this.count = 0
    this.keptBytes = 0
    this.errors = []
    this.records = []
    this.by = {}
  }
}
