import { newEpoch } from './host'

/*
 * Gives texts numbers, so that the host looks a text up as bytes once and as a number from then on. The numbers of an epoch
 * never change; when the table is full, texts that are new get none, and the next call begins a new epoch.
 */
const MAX_TEXTS: i32 = 1023
const ARENA_BYTES: usize = 48 * 1024
const SLOTS: u32 = 4096
/** Senders that aim for one slot get no numbers. */
const MAX_PROBES: i32 = 8

/** An entry: hash, size and number, then the text. Entries begin at multiples of sixteen, by which the slots name them; 0: free. */
const UNIT: usize = 16
const HASH: usize = 0
const SIZE: usize = 4
const NUMBER: usize = 6
const TEXT: usize = 8
const ARENA: usize = memory.data(49_152, 16)
const SLOT_UNITS: usize = memory.data(8192, 16)
/** By size: ones where a text of up to 16 bytes has bytes. */
const MASKS: usize = memory.data(272, 16)

for (let size: usize = 0; size <= 16; size++) memory.fill(MASKS + (size << 4), 0xff, size)

let count: i32 = 0
/** Bytes of the arena in use; the first unit stays free. */
let used: usize = UNIT
/** By hash: the rest of the hash of the text that asked for a number last. */
const SEEN: usize = memory.data(4096, 16)
const SEEN_TEXTS: u32 = 2048

/** Whether a new epoch has to begin before texts that are new get numbers. */
let isFull: bool = true

/** To be called before a table of rows is filled: no row may have the numbers of two epochs. */
export function beginRows(): void {
  if (!isFull) return
  memory.fill(SLOT_UNITS, 0, SLOTS << 1)
  count = 0
  used = UNIT
  isFull = false
  newEpoch()
}

/** The number of the text `from..to`, of at most 200 bytes, in ten bits: 0 of an empty one; -1: it has none. */
export function numberOf(from: usize, to: usize): i32 {
  const size = to - from
  if (size == 0) return 0
  const hash = hashOf(from, size)
  let slot = hash & (SLOTS - 1)
  for (let probe = 0; probe < MAX_PROBES; probe++) {
    const unit: usize = load<u16>(SLOT_UNITS + ((<usize>slot) << 1))
    if (unit == 0) return add(slot, hash, from, size)
    const entry = ARENA + unit * UNIT
    if (load<u32>(entry, HASH) == hash && <usize>load<u16>(entry, SIZE) == size && isSame(entry + TEXT, from, size))
      return load<u16>(entry, NUMBER)
    slot = (slot + 1) & (SLOTS - 1)
  }
  return -1
}

function add(slot: u32, hash: u32, from: usize, size: usize): i32 {
  if (!isSecond(hash)) return -1
  const entry = ARENA + used
  const end = used + ((TEXT + size + UNIT - 1) & ~(UNIT - 1))
  if (count == MAX_TEXTS || end > ARENA_BYTES) {
    isFull = true
    return -1
  }
  count++
  store<u32>(entry, hash, HASH)
  store<u16>(entry, size, SIZE)
  store<u16>(entry, count, NUMBER)
  memory.copy(entry + TEXT, from, size)
  store<u16>(SLOT_UNITS + ((<usize>slot) << 1), used / UNIT)
  used = end
  return count
}

/** Whether a text comes again before others took its place: those of senders with ever new words would fill the table. */
function isSecond(hash: u32): bool {
  const at = SEEN + ((hash & (SEEN_TEXTS - 1)) << 1)
  const mark = hash >> 16
  if (<u32>load<u16>(at) == mark) return true
  store<u16>(at, mark)
  return false
}

/** Whether the texts at two places are the same; the last sixteen bytes overlap those before. */
function isSame(one: usize, other: usize, size: usize): bool {
  if (size <= 16) {
    const differs = v128.xor(v128.load(one), v128.load(other))
    return !v128.any_true(v128.and(differs, v128.load(MASKS + (size << 4))))
  }
  const last = size - 16
  let differs = v128.xor(v128.load(one + last), v128.load(other + last))
  for (let at: usize = 0; at < last; at += 16)
    differs = v128.or(differs, v128.xor(v128.load(one + at), v128.load(other + at)))
  return !v128.any_true(differs)
}

const FACTOR: u64 = ((<u64>0x9e3779b9) << 32) | 0x7f4a7c15
const OTHER_FACTOR: u64 = ((<u64>0xc2b2ae3d) << 32) | 0x27d4eb4f

function hashOf(from: usize, size: usize): u32 {
  let one: u64 = size
  let other: u64 = FACTOR
  if (size <= 16) {
    const bytes = v128.and(v128.load(from), v128.load(MASKS + (size << 4)))
    one = (one ^ i64x2.extract_lane(bytes, 0)) * FACTOR
    other = (other ^ i64x2.extract_lane(bytes, 1)) * OTHER_FACTOR
  } else {
    const last = from + size - 16
    for (let at = from; at < last; at += 16) {
      one = rotl(one ^ load<u64>(at), 23) * FACTOR
      other = rotl(other ^ load<u64>(at, 8), 23) * OTHER_FACTOR
    }
    one = (one ^ load<u64>(last)) * FACTOR
    other = (other ^ load<u64>(last, 8)) * OTHER_FACTOR
  }
  const hash = (one ^ (one >> 32) ^ other) * FACTOR
  return <u32>(hash >> 32)
}
