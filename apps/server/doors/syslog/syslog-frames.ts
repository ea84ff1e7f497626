import { HeldBytes } from '../held-bytes.js'

const LF = 0x0a
const NUL = 0x00
const SPACE = 0x20
/** Digits of the longest message length that is believed. */
const MAX_DIGITS = 7

/**
 * Cuts the bytes of one connection into messages. Each message says by its first byte how it ends: a digit from 1 to 9 begins
 * a count of bytes (RFC 6587 octet counting), anything else a line that LF or NUL ends. Messages past the limit keep their head.
 */
export class SyslogFrames {
  private readonly held = new HeldBytes()
  /** Of the held bytes, how many are known to hold no end of a line. */
  private searched = 0
  /** Bytes of a message that is too long, still to be thrown away; Infinity: up to the end of its line. */
  private skipping = 0

  constructor(private readonly maxBytes: number) {}

  /** Bytes that wait for the end of their message. */
  get heldBytes(): number {
    return this.held.length
  }

  /** Takes the next bytes and tells every message that they complete. A message is valid until the call returns. */
  push(chunk: Buffer, tell: (message: Buffer) => void): void {
    const isFresh = this.held.length === 0
    if (!isFresh) this.held.add(chunk)
    const all = isFresh ? chunk : this.held.bytes
    let at = 0
    while (at < all.length) {
      const rest = all.subarray(at)
      const used = this.skipping > 0 ? this.skip(rest) : this.next(rest, tell)
      if (used === 0) break
      at += used
      this.searched = 0
    }
    // The chunk is the socket's; what waits has to be a copy.
    if (!isFresh) this.held.keepFrom(at)
    else if (at < chunk.length) this.held.add(chunk.subarray(at))
  }

  /** The connection ended: what is left is a message too, if it is no part of a counted one. */
  end(tell: (message: Buffer) => void): void {
    const { bytes } = this.held
    if (this.skipping === 0 && bytes.length > 0 && countAt(bytes) === null) tell(trimmed(bytes))
    this.held.keepFrom(bytes.length)
  }

  private skip(bytes: Buffer): number {
    if (this.skipping !== Infinity) {
      const used = Math.min(bytes.length, this.skipping)
      this.skipping -= used
      return used
    }
    const end = lineEnd(bytes)
    if (end < 0) return bytes.length
    this.skipping = 0
    return end + 1
  }

  /** Tells the next message and returns how many bytes it took; 0 where it is not complete. */
  private next(bytes: Buffer, tell: (message: Buffer) => void): number {
    const first = bytes[0]
    if (first === LF || first === NUL || first === SPACE) return 1
    const count = countAt(bytes)
    if (count === 'unfinished') return 0
    return count === null ? this.line(bytes, tell) : this.counted(bytes, count, tell)
  }

  private counted(bytes: Buffer, { from, length }: Count, tell: (message: Buffer) => void): number {
    const kept = Math.min(length, this.maxBytes)
    if (bytes.length < from + kept) return 0
    tell(trimmed(bytes.subarray(from, from + kept)))
    this.skipping = length - kept
    return from + kept
  }

  private line(bytes: Buffer, tell: (message: Buffer) => void): number {
    const end = lineEnd(bytes, this.searched)
    if (end >= 0 && end <= this.maxBytes) {
      tell(trimmed(bytes.subarray(0, end)))
      return end + 1
    }
    if (end < 0 && bytes.length <= this.maxBytes) {
      this.searched = bytes.length
      return 0
    }
    tell(bytes.subarray(0, this.maxBytes))
    this.skipping = Infinity
    return this.maxBytes
  }
}

/** One datagram is one message: without the line end that some senders write behind it. */
export function datagramMessage(datagram: Buffer): Buffer {
  return trimmed(datagram)
}

interface Count {
  /** Where the message begins. */
  readonly from: number
  readonly length: number
}

/** The count that a message begins with; null where it begins with none. */
function countAt(bytes: Buffer): Count | 'unfinished' | null {
  const first = bytes[0] ?? 0
  if (first < 0x31 || first > 0x39) return null
  let i = 1
  while (i < bytes.length && i <= MAX_DIGITS && isDigit(bytes[i])) i++
  if (i === bytes.length && i <= MAX_DIGITS) return 'unfinished'
  if (i > MAX_DIGITS || bytes[i] !== SPACE) return null
  // A bare line may begin with a number too; a counted message begins with its priority or as JSON.
  const next = bytes[i + 1]
  if (next === undefined) return 'unfinished'
  return next === 0x3c || next === 0x7b ? { from: i + 1, length: Number(bytes.toString('latin1', 0, i)) } : null
}

/** Where the line ends, searched from `from` on; -1 where it does not. */
function lineEnd(bytes: Buffer, from = 0): number {
  const lf = bytes.indexOf(LF, from)
  const nul = bytes.subarray(from, lf < 0 ? bytes.length : lf).indexOf(NUL)
  return nul >= 0 ? from + nul : lf
}

function trimmed(message: Buffer): Buffer {
  let end = message.length
  while (end > 0 && (message[end - 1] === LF || message[end - 1] === NUL || message[end - 1] === 0x0d)) end--
  return message.subarray(0, end)
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39
}
