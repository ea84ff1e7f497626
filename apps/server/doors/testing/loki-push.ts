import protobuf from 'protobufjs/minimal.js'
import { compressSync } from 'snappy'

/** A stream of a push: labels as Prometheus writes them, and `[nanoseconds, line, metadata]`. */
export type Stream = readonly [
  labels: string,
  entries: readonly (readonly [time: bigint, line: string, metadata?: Record<string, string>])[],
]

/** A PushRequest as Promtail and Alloy write it, not yet compressed. */
export function pushRequest(streams: readonly Stream[], labelsLast = false): Uint8Array {
  const writer = protobuf.Writer.create()
  for (const [labels, entries] of streams) {
    writer.uint32(0x0a).fork()
    if (!labelsLast) writer.uint32(0x0a).string(labels)
    for (const [time, line, metadata] of entries) {
      writer.uint32(0x12).fork().uint32(0x0a).fork()
      writer.uint32(0x08).int64(Number(time / 1_000_000_000n))
      writer.uint32(0x10).int32(Number(time % 1_000_000_000n))
      writer.ldelim().uint32(0x12).string(line)
      for (const [name, value] of Object.entries(metadata ?? {}))
        writer.uint32(0x1a).fork().uint32(0x0a).string(name).uint32(0x12).string(value).ldelim()
      writer.ldelim()
    }
    if (labelsLast) writer.uint32(0x0a).string(labels)
    // Promtail also sends a hash of the labels.
    writer.uint32(0x18).uint64(12_345).ldelim()
  }
  return writer.finish()
}

/** The same as it is sent: one snappy block. */
export function snappyPush(streams: readonly Stream[]): Buffer {
  return compressSync(Buffer.from(pushRequest(streams)))
}
