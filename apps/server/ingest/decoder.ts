import type { Transform } from 'node:stream'
import {
  constants,
  createBrotliDecompress,
  createGunzip,
  createInflate,
  createInflateRaw,
  createZstdDecompress,
} from 'node:zlib'
import { SnappyBlock } from './snappy-block.js'

/** Content encodings that a body may have; `x-gzip` is the old name of gzip, `snappy` is one block without frames. */
export const ENCODINGS = ['identity', 'gzip', 'deflate', 'br', 'zstd', 'snappy'] as const
export type Encoding = (typeof ENCODINGS)[number]

/** What all decompressors share. */
export type Decompressor = Transform & { readonly bytesWritten: number }

/** The encoding that a Content-Encoding header names; null when it names one that cannot be read. */
export function encodingOf(header: string | undefined): Encoding | null {
  if (header === undefined) return 'identity'
  const names = header
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '' && name !== 'identity')
  if (names.length === 0) return 'identity'
  if (names.length > 1) return null
  const name = names[0] === 'x-gzip' ? 'gzip' : names[0]
  return ENCODINGS.find((encoding) => encoding === name) ?? null
}

/** The first two bytes settle what an unlabelled or `deflate` body really is. */
export const SNIFF_BYTES = 2

/** The encoding of a body by its label and first bytes: gzip is recognised without a label. */
export function sniffEncoding(labelled: Encoding, head: Uint8Array): Encoding {
  return labelled === 'identity' && head[0] === 0x1f && head[1] === 0x8b ? 'gzip' : labelled
}

const CHUNK = { chunkSize: 64 * 1024 }
/** Senders may use no larger window than this (RFC 9659). */
const ZSTD_WINDOW_LOG = 23
const ZSTD = { ...CHUNK, params: { [constants.ZSTD_d_windowLogMax]: ZSTD_WINDOW_LOG } }

/** How far back of what it decompressed a decompressor may have to look, which is what it keeps. */
const WINDOW_BYTES: Readonly<Record<Encoding, number>> = {
  identity: 0,
  gzip: 32 * 1024,
  deflate: 32 * 1024,
  br: 16 << 20,
  zstd: 2 ** ZSTD_WINDOW_LOG,
  snappy: 64 * 1024,
}
/** Its state, tables of codes among it, and the chunks that it takes and fills. */
const STATE_BYTES: Readonly<Record<Encoding, number>> = {
  identity: 0,
  gzip: 160 * 1024,
  deflate: 160 * 1024,
  br: 640 * 1024,
  zstd: 320 * 1024,
  snappy: 256 * 1024,
}

/** Memory of a decompressor that has made so many bytes, about. */
export function decompressorBytes(encoding: Encoding, decodedBytes: number): number {
  return STATE_BYTES[encoding] + Math.min(decodedBytes, WINDOW_BYTES[encoding])
}

/** A streaming decompressor; `deflate` is zlib or raw by its first bytes, because senders disagree. */
export function createDecompressor(encoding: Exclude<Encoding, 'identity'>, head: Uint8Array): Decompressor {
  switch (encoding) {
    case 'gzip':
      return createGunzip(CHUNK)
    case 'deflate':
      return looksLikeZlib(head) ? createInflate(CHUNK) : createInflateRaw(CHUNK)
    case 'br':
      return createBrotliDecompress(CHUNK)
    case 'zstd':
      return createZstdDecompress(ZSTD)
    case 'snappy':
      return new SnappyBlock()
  }
}

/** What a body that a decompressor gave up is not: the encoding, with the bound that the body oversteps. */
export function brokenBy(encoding: Encoding, { code }: NodeJS.ErrnoException): string {
  if (code !== 'ZSTD_error_frameParameter_windowTooLarge') return encoding
  return `${encoding}: its window is larger than ${2 ** (ZSTD_WINDOW_LOG - 20)} MiB`
}

function looksLikeZlib(head: Uint8Array): boolean {
  const [first = 0, second = 0] = head
  return (first & 0x0f) === 8 && first >> 4 <= 7 && ((first << 8) | second) % 31 === 0
}
