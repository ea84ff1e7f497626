import { createHash } from 'node:crypto'

/** Prefix lengths, in bytes, over which a file may be known; a file keeps the one under which it was first sent. */
export const PREFIX_LENGTHS = [16, 64, 256, 1024, 4096] as const

/** How many bytes before the acknowledged end are compared before a file is taken for one that was sent before. */
export const TAIL_BYTES = 1024

/**
 * A file is known by what it holds, not by name or inode: names rotate and inodes are reused. A fingerprint is the SHA-256
 * of the first bytes of the (decompressed) content, hex. Files that begin alike and differ later are twins 0, 1, 2 …
 */
export function fingerprint(prefix: Uint8Array, twin = 0): string {
  return createHash('sha256').update(`${prefix.length}:${twin}:`).update(prefix).digest('hex')
}

/** The last bytes before the end of `body`, which follows `before`; a copy, so that a large body is not kept for them. */
export function tailOf(before: Uint8Array, body: Uint8Array): Uint8Array {
  return Buffer.concat([before, body.subarray(-TAIL_BYTES)]).subarray(-TAIL_BYTES)
}

/** SHA-256 of the bytes just before an offset, hex: tells files apart that begin alike. */
export function tailDigest(tail: Uint8Array): string {
  return createHash('sha256').update('tail:').update(tail).digest('hex')
}

/** What the server remembers of a file. */
export interface KnownFile {
  readonly end: number
  /** tailDigest of the bytes before `end`. */
  readonly tail: string
}

export interface FileIdentity {
  readonly fingerprint: string
  /** Where sending goes on, bytes of decompressed content. */
  readonly end: number
  /** The server knows a file that begins like this one and is longer, so this may be a copy of its beginning. */
  readonly mayBeBeginning?: true
}

/** Where sending goes on, with the bytes just before. */
export interface Position extends FileIdentity {
  readonly tail: Uint8Array
}

/** Reads of one file's decompressed content. */
export interface Content {
  /** Up to `length` bytes from `from`; shorter only at the present end, or where nothing more can be read. */
  read(from: number, length: number): Promise<Uint8Array>
}

/**
 * Finds the name under which the server knows this content, trying the longest prefix first, or else the name under which
 * to send it for the first time. A known name counts only if the bytes before its acknowledged end are the same too.
 */
export async function identify(
  content: Content,
  lookUp: (fingerprint: string) => Promise<KnownFile | null>,
): Promise<FileIdentity> {
  const head = await content.read(0, PREFIX_LENGTHS.at(-1)!)
  let unused = ''
  let mayBeBeginning = false
  for (const length of prefixLengths(head.length)) {
    for (let twin = 0; ; twin += 1) {
      const name = fingerprint(head.subarray(0, length), twin)
      const known = await lookUp(name)
      if (known === null) {
        unused ||= name
        break
      }
      const likeness = await compare(content, known)
      if (likeness === 'same') return { fingerprint: name, end: known.end }
      mayBeBeginning ||= likeness === 'shorter'
    }
  }
  return { fingerprint: unused, end: 0, ...(mayBeBeginning ? { mayBeBeginning } : {}) }
}

async function compare(content: Content, known: KnownFile): Promise<'same' | 'other' | 'shorter'> {
  const from = Math.max(0, known.end - TAIL_BYTES)
  const tail = await content.read(from, known.end - from)
  if (tail.length < known.end - from) return 'shorter'
  return tailDigest(tail) === known.tail ? 'same' : 'other'
}

/** Longest first; a file shorter than the shortest prefix is known by all it holds. */
function prefixLengths(headLength: number): number[] {
  const lengths = PREFIX_LENGTHS.filter((length) => length <= headLength).toReversed()
  return lengths.length > 0 ? lengths : [headLength]
}
