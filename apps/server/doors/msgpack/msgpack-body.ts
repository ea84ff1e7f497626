import type { BodyExchange, TakePart } from '../../ingest/open-body.js'
import { epochTime } from '../epoch-time.js'
import { TimeEvidence } from '../time-evidence.js'
import { MsgpackReader } from '../msgpack-reader.js'

/** Whether a body of this content type is MessagePack: Fluent Bit's name of it, and Fluentd's. */
export function isMsgpack(contentType: string | undefined): boolean {
  return contentType !== undefined && /^application\/(?:x-)?msgpack\b/i.test(contentType)
}

/**
 * A body of Fluent Bit or Fluentd in MessagePack: `[time, record]` or `[[time, metadata], record]` one after another, or
 * records without a time. The time holds where the record tells none.
 */
export class MsgpackBody implements BodyExchange {
  private readonly evidence = new TimeEvidence()

  unpack(body: Buffer, take: TakePart): void {
    const reader = new MsgpackReader(body)
    while (!reader.isAtEnd) {
      const end = endOf(reader)
      // Nothing behind a value that does not end can be told apart.
      if (end === null) return take(body.subarray(reader.at), null)
      if (reader.kind !== 'array' || !this.takeEntry(body, reader.at, take)) takeRecords(reader, end, take)
      reader.at = end
    }
  }

  get isIdentifiable(): boolean {
    return this.evidence.isEnough
  }

  /** False: the array is no pair of a time and a record. */
  private takeEntry(body: Buffer, at: number, take: TakePart): boolean {
    const reader = new MsgpackReader(body, at)
    if (reader.enter() !== 2) return false
    const next = reader.end()
    if (reader.kind === 'array' && reader.enter() === 0) return false
    const time = reader.seconds()
    reader.at = next
    if (time === null || reader.kind !== 'map') return false
    const told = epochTime(time.seconds)
    this.evidence.add(told === null ? 0 : time.nanoseconds + told.nanoseconds)
    const tsMs = told === null ? undefined : told.tsMs + Math.floor(time.nanoseconds / 1e6)
    take(reader.json(), tsMs === undefined ? null : { tsMs })
    return true
  }
}

function endOf(reader: MsgpackReader): number | null {
  try {
    return reader.end()
  } catch {
    return null
  }
}

/** A record alone, or an array of them. */
function takeRecords(reader: MsgpackReader, end: number, take: TakePart): void {
  if (reader.kind === 'array') reader.enter()
  while (reader.at < end) take(reader.json(), null)
}
