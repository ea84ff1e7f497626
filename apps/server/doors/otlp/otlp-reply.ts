import protobuf from 'protobufjs/minimal.js'
import type { DoorReply } from '../dialect.js'

/** A reply goes in the type of its request. */
export type OtlpType = 'application/json' | 'application/x-protobuf'

/** Codes of google.rpc.Status by the HTTP status that they go with. */
const RPC_CODES: ReadonlyMap<number, number> = new Map([
  [400, 3],
  [401, 16],
  [403, 7],
  [404, 5],
  [413, 8],
  [429, 8],
  [500, 13],
  [503, 14],
])
const INVALID_ARGUMENT = 3

/** ExportLogsServiceResponse: empty, or with a `partial_success` that says how many records were rejected and why. */
export function exportReply(type: OtlpType, rejected: number, errorMessage: string): DoorReply {
  return reply(type, 200, {}, rejected === 0 ? {} : { partialSuccess: partial(rejected, errorMessage) }, () => {
    const writer = protobuf.Writer.create()
    if (rejected === 0) return writer.finish()
    writer.uint32(0x0a).fork().uint32(0x08).int64(rejected).uint32(0x12).string(errorMessage).ldelim()
    return writer.finish()
  })
}

/** 64-bit integers are text in OTLP's JSON. */
function partial(rejected: number, errorMessage: string): object {
  return { rejectedLogRecords: String(rejected), errorMessage }
}

/** A refusal as google.rpc.Status. */
export function statusReply(
  type: OtlpType,
  statusCode: number,
  headers: Readonly<Record<string, string>>,
  message: string,
): DoorReply {
  const code = RPC_CODES.get(statusCode) ?? INVALID_ARGUMENT
  return reply(type, statusCode, headers, { code, message }, () =>
    protobuf.Writer.create().uint32(0x08).int32(code).uint32(0x12).string(message).finish(),
  )
}

/** The collector compares the type letter by letter, so nothing may be added to it. */
function reply(
  type: OtlpType,
  statusCode: number,
  headers: Readonly<Record<string, string>>,
  json: object,
  protobufOf: () => Uint8Array,
): DoorReply {
  const body = type === 'application/json' ? Buffer.from(JSON.stringify(json)) : protobufOf()
  return { statusCode, headers: { ...headers, 'content-type': type }, body }
}
