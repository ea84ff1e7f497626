import * as op from '../op-code'
import { resolveKey } from './host'

/*
 * Keys met so far, with what to do about each, in a few tables: JSON keys by the unit of a bare duration, and the keys behind
 * a combined line. A key is looked at as text once, by the host; after that its bytes are compared as a whole, and mostly only
 * with the key that followed the same key in the record before.
 */
const TABLES: i32 = 4
const MAX_KEYS: i32 = 250
const SLOTS: u32 = 1024
/** Longest key with its terminator. */
export const MAX_KEY_BYTES: i32 = 48

/** An entry: the key with its terminator, then its size, op, rank and the entry that came after it last, then its bit. */
const ENTRY_BYTES: usize = 64
const SIZE: usize = 48
const OP: usize = 49
const RANK: usize = 50
const NEXT: usize = 51
const BIT: usize = 52

const ENTRIES: usize = memory.data(64_000, 16)
const SLOT_ENTRIES: usize = memory.data(4096, 16)
const COUNTS: usize = memory.data(16, 16)
/** By size: ones where a key of up to 16 bytes has bytes. */
const MASKS: usize = memory.data(272, 16)

assert(<usize>(TABLES * MAX_KEYS) * ENTRY_BYTES == 64_000)
for (let size: usize = 0; size <= 16; size++) memory.fill(MASKS + (size << 4), 0xff, size)

/** The entry that stands for the start of a record. */
export function startOf(table: i32): usize {
  return ENTRIES + <usize>(table * MAX_KEYS) * ENTRY_BYTES
}

export function opOf(entry: usize): i32 {
  return load<u8>(entry, OP)
}

/** One bit per field, which its kinds and units share; 0 where the value is ignored. */
export function bitOf(entry: usize): i32 {
  return load<i32>(entry, BIT)
}

/** Place in the field's list of keys: the first beats the next. */
export function rankOf(entry: usize): i32 {
  return load<u8>(entry, RANK)
}

/** Bytes of the key with its terminator. */
export function sizeOf(entry: usize): usize {
  return load<u8>(entry, SIZE)
}

/** The entry that came after `entry` last time. */
export function nextOf(table: i32, entry: usize): usize {
  return startOf(table) + <usize>load<u8>(entry, NEXT) * ENTRY_BYTES
}

export function setNext(table: i32, entry: usize, next: usize): void {
  store<u8>(entry, (next - startOf(table)) / ENTRY_BYTES, NEXT)
}

/** Whether the key of `entry`, with its terminator, stands at `from`. */
export function stands(entry: usize, from: usize): bool {
  const size: usize = load<u8>(entry, SIZE)
  const head = v128.xor(v128.load(from), v128.load(entry))
  if (size <= 16) return size != 0 && !v128.any_true(v128.and(head, v128.load(MASKS + (size << 4))))
  const last = size - 16
  let differs = v128.or(head, v128.xor(v128.load(from + last), v128.load(entry + last)))
  if (size > 32) differs = v128.or(differs, v128.xor(v128.load(from, 16), v128.load(entry, 16)))
  return !v128.any_true(differs)
}

/** The entry of the key `from..to`, behind which its terminator of so many bytes stands; 0 where it is too long to be kept. */
export function find(table: i32, from: usize, to: usize, terminator: i32): usize {
  const size = <i32>(to - from) + terminator
  if (size > MAX_KEY_BYTES || to == from) return 0
  const slots = SLOT_ENTRIES + <usize>table * SLOTS
  let slot = hashOf(from, to) & (SLOTS - 1)
  while (true) {
    const index = load<u8>(slots + slot)
    if (index == 0) break
    const entry = startOf(table) + <usize>index * ENTRY_BYTES
    if (<i32>load<u8>(entry, SIZE) == size && stands(entry, from)) return entry
    slot = (slot + 1) & (SLOTS - 1)
  }
  return add(table, from, to, size)
}

function add(table: i32, from: usize, to: usize, size: i32): usize {
  let count = load<i32>(COUNTS + ((<usize>table) << 2))
  if (count + 1 >= MAX_KEYS) {
    forget(table)
    count = 0
  }
  const resolved = resolveKey(table, from, to)
  const code = resolved & 0xff
  const index = count + 1
  const entry = startOf(table) + <usize>index * ENTRY_BYTES
  memory.fill(entry, 0, ENTRY_BYTES)
  memory.copy(entry, from, size)
  store<u8>(entry, size, SIZE)
  store<u8>(entry, code, OP)
  store<u8>(entry, resolved >> 8, RANK)
  store<i32>(entry, bitOfOp(code), BIT)
  store<i32>(COUNTS + ((<usize>table) << 2), index)
  const slots = SLOT_ENTRIES + <usize>table * SLOTS
  let slot = hashOf(from, to) & (SLOTS - 1)
  while (load<u8>(slots + slot) != 0) slot = (slot + 1) & (SLOTS - 1)
  store<u8>(slots + slot, index)
  return entry
}

function bitOfOp(code: i32): i32 {
  if (code == op.TS_START) return 1 << op.TS_END
  if (code == op.DURATION_MS) return 1 << op.DURATION_S
  if (code == op.CODE) return 1 << op.STATUS
  return code <= op.EXACT ? 0 : 1 << code
}

/** Senders with random keys cannot fill the table for good. */
function forget(table: i32): void {
  memory.fill(startOf(table), 0, <usize>MAX_KEYS * ENTRY_BYTES)
  memory.fill(SLOT_ENTRIES + <usize>table * SLOTS, 0, SLOTS)
}

function hashOf(from: usize, to: usize): u32 {
  let hash = <u32>(to - from)
  for (let at = from; at < to; at++) hash = hash * 31 + load<u8>(at)
  return hash ^ (hash >> 10)
}
