import { CONSUMER, GATEWAY } from '../op-code'
import { DURATION, RECORD, RESPONSE_BYTES, STATUS_CODE, TEXTS } from '../row-layout'

/* The row under way: what was read of one record, laid out as row-layout.ts says. */

/** What takes longer is no duration. */
const MAX_DURATION_MS: f64 = 1e11

let current: usize = 0

/** Makes `to` the row under way, with everything absent. */
export function begin(to: usize): void {
  current = to
  const absent = reinterpret<i64>(<f64>-1)
  v128.store(to, i64x2(0, absent))
  v128.store(to, i64x2(absent, absent), 16)
  // The status is 0 and the upstream's -1.
  v128.store(to, i64x2(absent, <i64>0xffffffff00000000), 32)
  memory.fill(to + 48, 0, 96)
}

/** Ends the row with the range of its record. */
export function finish(from: usize, to: usize): void {
  putRange(RECORD, from, to)
}

export function putRange(at: usize, from: usize, to: usize): void {
  store<u64>(current + at, ((<u64>to) << 32) | (<u64>from))
}

/** Puts the text of an op from GATEWAY on. */
export function putText(code: i32, from: usize, to: usize): void {
  putRange(TEXTS + ((code - GATEWAY) << 3), from, to)
}

export function putInteger(at: usize, value: i32): void {
  store<i32>(current + at, value)
}

export function putDouble(at: usize, value: f64): void {
  store<f64>(current + at, value)
}

export function doubleOf(at: usize): f64 {
  return load<f64>(current + at)
}

export function putStatus(status: i32): void {
  putInteger(STATUS_CODE, status)
}

export function putBytes(bytes: f64): void {
  putDouble(RESPONSE_BYTES, bytes)
}

export function putDurationMs(durationMs: f64): void {
  if (durationMs <= MAX_DURATION_MS) putDouble(DURATION, durationMs)
}

/** Whether the row has a consumer. */
export function hasConsumer(): bool {
  const at = current + TEXTS + ((CONSUMER - GATEWAY) << 3)
  return load<i32>(at) != load<i32>(at, 4)
}
