import { GATEWAY, HOST, ROUTE, SERVICE } from '../op-code'
import { DURATION, PATH_TEXT, PLACE, RECORD, RESPONSE_BYTES, STATUS_CODE, TEXTS } from '../row-layout'
import { templateFrom, templateTo, writeTemplate } from './template'
import { numberOf } from './texts'

/* The row under way: what was read of one record, laid out as row-layout.ts says. */

/** What takes longer is no duration. */
const MAX_DURATION_MS: f64 = 1e11

/** Tells a place without texts from none. */
const PLACE_MARK: i32 = 1 << 30

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

/** Ends the row with the range of its record, and its place unless a text has no number. */
export function finish(from: usize, to: usize): void {
  putRange(RECORD, from, to)
  const gateway = numberOfText(GATEWAY)
  const service = numberOfText(isTold(SERVICE) ? SERVICE : HOST)
  const route = numberOfRoute()
  if ((gateway | service | route) >= 0) putInteger(PLACE, PLACE_MARK | (route << 20) | (service << 10) | gateway)
}

/** The number of the route; where none is told, of the path's template. As `numberOf`. */
function numberOfRoute(): i32 {
  if (isTold(ROUTE)) return numberOfText(ROUTE)
  const from: usize = load<u32>(current, PATH_TEXT)
  const to: usize = load<u32>(current, PATH_TEXT + 4)
  return from == to ? 0 : writeTemplate(from, to) ? numberOf(templateFrom, templateTo) : -1
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

/** Whether the row has a text of an op from GATEWAY on. */
export function isTold(code: i32): bool {
  const at = textOf(code)
  return load<u32>(at) != load<u32>(at, 4)
}

/** As `numberOf`, of the text of an op from GATEWAY on. */
function numberOfText(code: i32): i32 {
  const at = textOf(code)
  return numberOf(load<u32>(at), load<u32>(at, 4))
}

function textOf(code: i32): usize {
  return current + TEXTS + ((code - GATEWAY) << 3)
}
