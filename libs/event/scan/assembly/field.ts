import * as op from '../op-code'
import * as layout from '../row-layout'
import { isAbsent, HASH, MINUS, QUESTION, QUOTE, SLASH, SPACE, targetEnd, wordEnd, ZERO } from './bytes'
import { decimalAt, integerAt, isPlainInteger, lastIntegerAt, rounded, separatorAt, statusAt } from './number'
import * as row from './row'
import * as time from './time'
import { isLabel, isUpper, methodAt, protocolAt } from './word'

/*
 * Reads single values into the row under way. Every function returns false (or 0) for whatever is unusual, which then is read
 * by the exact path; what it does read, it reads as the exact path would.
 */
/** Bits of the fields that a key named, and of those among them that were not absent. */
export let seen: i32 = 0
export let told: i32 = 0
let isStart: bool = false
/** 0: not told; 1: the time is that of the start; 2: that of the end. */
let startKind: i32 = 0

export const METHOD_BIT: i32 = 1 << op.METHOD
export const PATH_BIT: i32 = 1 << op.PATH
export const PROTOCOL_BIT: i32 = 1 << op.PROTOCOL
export const STATUS_BIT: i32 = 1 << op.STATUS
/** What only a record about a request tells, as far as the scanner reads it. */
export const SIGN_BITS: i32 =
  METHOD_BIT |
  PATH_BIT |
  (1 << op.REQUEST) |
  (1 << op.ROUTE) |
  (1 << op.HOST) |
  (1 << op.DURATION_S) |
  (1 << op.UPSTREAM_STATUS)

/** Makes `to` the row under way, with everything absent. */
export function begin(to: usize): void {
  seen = told = startKind = 0
  isStart = false
  row.begin(to)
}

/** Takes note of a field that a key named. */
export function claim(bit: i32, isTold: bool): void {
  seen |= bit
  if (isTold) told |= bit
}

/** Reads the text `from..to`, all of it plain bytes, as the value of an op; an absent value is an empty range. */
export function readText(code: i32, from: usize, to: usize): bool {
  if (isAbsent(from, to)) return readAbsent(code)
  if (code >= op.GATEWAY) {
    if (!isLabel(from, to)) return false
    if (code == op.TRACE_ID && isTraceParent(from, to)) row.putText(code, from + 3, from + 35)
    else row.putText(code, from, to)
    return true
  }
  switch (code) {
    case op.TS_END:
      return readTime(from, to, false)
    case op.TS_START:
      return readTime(from, to, true)
    case op.STATUS:
    case op.CODE:
      return readStatus(from, to)
    case op.METHOD:
      return readMethod(from, to)
    case op.PATH:
      return readPath(from, to)
    case op.PROTOCOL:
      return readProtocol(from, to)
    case op.DURATION_S:
    case op.DURATION_MS:
      return readNumber(code, decimalAt(from, to), from, to)
    case op.BYTES:
      return readNumber(code, integerAt(from, to), from, to)
    case op.UPSTREAM_STATUS:
      return readUpstreamStatus(from, to)
    case op.UPSTREAM_BYTES:
      return readNumber(code, lastIntegerAt(from, to), from, to)
    case op.TS_KIND:
      return readStartKind(from, to)
    default:
      return false
  }
}

/** Reads `-` or nothing as the value of an op. */
function readAbsent(code: i32): bool {
  if (code == op.UPSTREAM_STATUS) row.putInteger(layout.UPSTREAM_STATUS_CODE, 0)
  return code > op.EXACT && code != op.REQUEST
}

/** Reads a number (-1: it was none) that is written in `from..to` as the value of an op. */
export function readNumber(code: i32, value: f64, from: usize, to: usize): bool {
  if (value < 0) return false
  switch (code) {
    case op.DURATION_S:
      row.putDurationMs(rounded(value * 1e6) / 1e3)
      return true
    case op.DURATION_MS:
      row.putDurationMs(rounded(value * 1e3) / 1e3)
      return true
    case op.BYTES:
      row.putBytes(floor(value))
      return true
    case op.UPSTREAM_BYTES:
      row.putDouble(layout.UPSTREAM_BYTE_COUNT, floor(value))
      return true
    case op.STATUS:
    case op.CODE:
      if (!isStatus(value)) return false
      row.putStatus(<i32>value)
      return true
    case op.UPSTREAM_STATUS:
      if (!isStatus(value)) return false
      row.putInteger(layout.UPSTREAM_STATUS_CODE, <i32>value)
      return true
    case op.TS_END:
      return readEpoch(value, false)
    case op.TS_START:
      return readEpoch(value, true)
    default:
      // A label or a word given as a number: integers are written as JavaScript writes them.
      return <i32>(to - from) <= 15 && isPlainInteger(from, to) && readText(code, from, to)
  }
}

function isStatus(value: f64): bool {
  return value == 0 || (value >= 100 && value <= 999 && floor(value) == value)
}

/**
 * Reads `GET /x?q HTTP/1.1` up to a closing quote; returns the quote's position, or 0. What a record's own keys told about
 * method, path and protocol stays.
 */
export function readRequestLine(from: usize): usize {
  let at = from
  while (isUpper(load<u8>(at))) at++
  if (<i32>load<u8>(at) != SPACE || at == from || at - from > 32) return 0
  const methodTo = at
  const pathFrom = ++at
  if (<i32>load<u8>(at) != SLASH) return 0
  at = targetEnd(at)
  const pathTo = at
  if (<i32>load<u8>(at) != SPACE) {
    at = wordEnd(at)
    if (<i32>load<u8>(at) != SPACE) return 0
  }
  if (<i32>load<u8>(at, 9) != QUOTE) return 0
  const protocol = protocolAt(at + 1)
  if (protocol < 0) return 0
  if ((told & METHOD_BIT) == 0) row.putInteger(layout.METHOD_INDEX, methodAt(from, methodTo))
  if ((told & PATH_BIT) == 0) row.putRange(layout.PATH_TEXT, pathFrom, pathTo)
  if ((told & PROTOCOL_BIT) == 0) row.putInteger(layout.PROTOCOL_INDEX, protocol)
  return at + 9
}

function readTime(from: usize, to: usize, start: bool): bool {
  if (<i32>load<u8>(from, 4) == MINUS) return readIsoTime(from, start) == to
  if (<i32>load<u8>(from, 2) == SLASH && to - from == 26) {
    isStart = start
    return readClfTime(from)
  }
  return readEpoch(decimalAt(from, to), start)
}

/** Reads a time of ISO 8601 and returns its end, or 0. */
export function readIsoTime(from: usize, start: bool): usize {
  const end = time.readIso(from)
  if (end == 0) return 0
  putTime()
  isStart = start
  return end
}

/** Reads the 26 bytes of a common log time. */
export function readClfTime(from: usize): bool {
  if (!time.readClf(from)) return false
  putTime()
  return true
}

function putTime(): void {
  row.putDouble(layout.TS_MS, time.ms)
  row.putInteger(layout.SUB_SECOND, <i32>time.subSecond)
}

function readEpoch(value: f64, start: bool): bool {
  if (value < 0 || value >= 1e14) return false
  const isSeconds = value < 1e11
  row.putDouble(layout.TS_MS, isSeconds ? rounded(value * 1e3) : floor(value))
  const seconds = isSeconds ? value : value / 1e3
  row.putInteger(layout.SUB_SECOND, <i32>(floor(seconds) != seconds))
  isStart = start
  return true
}

/** Makes a time that named the start of the request the time of its end. */
export function settleTime(): void {
  if (startKind == 0 ? !isStart : startKind != 1) return
  const tsMs = row.doubleOf(layout.TS_MS)
  const durationMs = row.doubleOf(layout.DURATION)
  if (tsMs >= 0 && durationMs >= 0) row.putDouble(layout.TS_MS, tsMs + rounded(durationMs))
}

function readStatus(from: usize, to: usize): bool {
  if (to - from != 3) return to - from == 1 && <i32>load<u8>(from) == ZERO
  const status = statusAt(from)
  if (status < 0) return false
  row.putStatus(status)
  return true
}

/** A list in nginx's manner, `502, 200` or `502 : 200`, whose elements are codes or `-`. */
function readUpstreamStatus(from: usize, to: usize): bool {
  let attempts = 0
  let at = from
  while (true) {
    const isNone = <i32>load<u8>(at) == MINUS
    const status = isNone ? 0 : at + 3 <= to ? statusAt(at) : -1
    if (status < 0) return false
    row.putInteger(layout.UPSTREAM_STATUS_CODE, status)
    attempts++
    at += isNone ? 1 : 3
    if (at == to) break
    const separator = separatorAt(at)
    if (separator == 0 || at + separator >= to) return false
    at += separator
  }
  row.putInteger(layout.RETRIES, attempts - 1)
  return true
}

function readMethod(from: usize, to: usize): bool {
  if (to - from > 32) return false
  const method = methodAt(from, to)
  row.putInteger(layout.METHOD_INDEX, method)
  if (method > 0) return true
  for (let at = from; at < to; at++) if (!isUpper(load<u8>(at))) return false
  return true
}

function readPath(from: usize, to: usize): bool {
  if (<i32>load<u8>(from) != SLASH || <i32>load<u8>(to - 1) == SPACE) return false
  let at = targetEnd(from)
  // A space may stand in a path that has a key of its own.
  while (at < to) {
    const byte: i32 = load<u8>(at)
    if (byte == QUESTION || byte == HASH) break
    at++
  }
  row.putRange(layout.PATH_TEXT, from, min(at, to))
  return true
}

function readProtocol(from: usize, to: usize): bool {
  const protocol = to - from == 8 ? protocolAt(from) : -1
  if (protocol < 0) return false
  row.putInteger(layout.PROTOCOL_INDEX, protocol)
  return true
}

const START_HEAD: u32 = 0x72617473
const END_HEAD: u32 = 0x646e65

/** `start` or `end`. */
function readStartKind(from: usize, to: usize): bool {
  const size = <i32>(to - from)
  if (size == 5 && load<u32>(from) == START_HEAD && <i32>load<u8>(from, 4) == 0x74) startKind = 1
  else if (size == 3 && (load<u32>(from) & 0xffffff) == END_HEAD) startKind = 2
  else return false
  return true
}

/** Whether a trace id is a `traceparent` of W3C Trace Context, `00-{32 hex}-{16 hex}-01`. */
function isTraceParent(from: usize, to: usize): bool {
  if (to - from != 55) return false
  return <i32>load<u8>(from, 2) == MINUS && <i32>load<u8>(from, 35) == MINUS && <i32>load<u8>(from, 52) == MINUS
}
