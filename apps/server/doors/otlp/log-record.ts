import { isUtf8 } from 'node:buffer'

/** A value of OTLP as JSON holds it; bytes are base64, and integers beyond 2^53 are text. */
export type OtlpValue = string | number | boolean | null | readonly OtlpValue[] | Attributes

/** Attributes by name; objects without a prototype, because names are anybody's. */
export interface Attributes {
  readonly [name: string]: OtlpValue
}

/** Bytes as a body: text is a line, to be read as bytes later, and anything else base64, as JSON holds it. */
export function bodyOfBytes(bytes: Uint8Array): Uint8Array | string {
  return isUtf8(bytes) && !bytes.includes(0) ? bytes : Buffer.from(bytes).toString('base64')
}

/** One log record of OTLP, whatever it came in. */
export interface LogRecord {
  /** Epoch nanoseconds: when it happened, else when it was seen, else 0. */
  readonly timeNs: bigint
  /** Text or its bytes, or another value; null where there is none. */
  readonly body: OtlpValue | Uint8Array
  readonly attributes: Attributes
  /** 32 hex digits, or empty. */
  readonly traceId: string
}

/** Takes a record with the attributes of the resource that it is from. */
export type TakeRecord = (record: LogRecord, resource: Attributes) => void

/** A value nested deeper than this is left away. */
export const MAX_DEPTH = 16

/** No attributes yet. */
export function noAttributes(): Record<string, OtlpValue> {
  return Object.create(null) as Record<string, OtlpValue>
}

/** A 64-bit integer as JSON holds it. */
export function integerValue(digits: string): number | string {
  const number = Number(digits)
  return Number.isSafeInteger(number) ? number : digits
}
