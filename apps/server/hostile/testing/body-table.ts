import { brotliCompressSync, constants, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib'
import { counted, endless, head, post, postTo, type HostileRequest } from './hostile-request.js'

const LINES = `${'{"status":200}\n'.repeat(40)}`
const TOO_LARGE = [413, 'body_too_large'] as const
const GZIP = 'Content-Encoding: gzip'
const DIGEST = 'ab'.repeat(32)
const FAST_BROTLI = { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } }
const once = <Value>(make: () => Value): (() => Value) => {
  let made: Value | undefined
  return () => (made ??= make())
}

const zerosGzip = once(() => gzipSync(Buffer.alloc(120_000_000)))
const longLineGzip = once(() =>
  gzipSync(Buffer.concat([Buffer.alloc(100_000_000, 'a'), Buffer.from('\n{"status":200}\n')])),
)
const zerosBrotli = once(() => brotliCompressSync(Buffer.alloc(120_000_000), FAST_BROTLI))
const zerosZstd = once(() => zstdCompressSync(Buffer.alloc(120_000_000)))

/** What is wrong with the bodies of these, whatever their records. */
export const bodyTable: readonly HostileRequest[] = [
  {
    says: 'an encoding that nobody asked for',
    bytes: post(LINES, 'Content-Encoding: compress'),
    reply: [415, 'unknown_encoding'],
  },
  {
    says: 'two encodings',
    bytes: post(gzipSync(gzipSync(LINES)), 'Content-Encoding: gzip, gzip'),
    reply: [415, 'unknown_encoding'],
  },
  { says: 'a label that lies', bytes: post(LINES, GZIP), reply: [400, 'bad_compression'] },
  { says: 'gzip without its end', bytes: post(gzipSync(LINES).subarray(0, -4), GZIP), reply: [400, 'truncated_body'] },
  {
    says: 'gzip with something behind it',
    bytes: post(Buffer.concat([gzipSync(LINES), Buffer.from('more')]), GZIP),
    reply: [400, 'bad_compression'],
  },
  {
    says: 'gzip with a wrong checksum',
    bytes: post(spoilt(gzipSync(LINES), -8), GZIP),
    reply: [400, 'bad_compression'],
  },
  {
    says: 'deflate with something behind it',
    bytes: post(Buffer.concat([deflateSync(LINES), Buffer.from('x')]), 'Content-Encoding: deflate'),
    reply: [400, 'bad_compression'],
  },
  {
    says: 'deflate of noise',
    bytes: post('\xff\xfe\xfd', 'Content-Encoding: deflate'),
    reply: [400, 'bad_compression'],
  },
  {
    says: 'brotli without its end',
    bytes: post(brotliCompressSync(LINES).subarray(0, -2), 'Content-Encoding: br'),
    reply: [400, 'truncated_body'],
  },
  {
    says: 'zstd without its end',
    bytes: post(zstdCompressSync(LINES).subarray(0, -2), 'Content-Encoding: zstd'),
    reply: [400, 'truncated_body'],
  },
  { says: 'a gzip bomb of 120 MB', bytes: post(zerosGzip, GZIP), reply: TOO_LARGE },
  { says: 'a gzip bomb without a label', bytes: post(zerosGzip), reply: TOO_LARGE },
  { says: 'snappy that is none', bytes: post(LINES, 'Content-Encoding: snappy'), reply: [400, 'bad_compression'] },
  { says: 'a brotli bomb', bytes: post(zerosBrotli, 'Content-Encoding: br'), reply: TOO_LARGE },
  { says: 'a zstd bomb', bytes: post(zerosZstd, 'Content-Encoding: zstd'), reply: TOO_LARGE },
  { says: 'gzip within gzip', bytes: post(gzipSync(gzipSync(LINES)), GZIP), reply: [400, 'unreadable_body'] },
  { says: 'an empty body that is called gzip', bytes: post('', GZIP), reply: counted(0) },
  { says: 'a line of 100 MB, compressed', bytes: post(longLineGzip, GZIP), reply: counted(1, 'too_long') },
  {
    says: 'an announced body of 100 MB',
    bytes: head('POST /v1/ingest HTTP/1.1', 'Content-Length: 100000000'),
    reply: TOO_LARGE,
  },
  {
    says: 'chunks without end',
    bytes: head('POST /v1/ingest HTTP/1.1', 'Transfer-Encoding: chunked'),
    send: endless(chunk(1_000_000), 0),
    reply: TOO_LARGE,
  },
  {
    says: 'a body that stands still',
    bytes: head('POST /v1/ingest HTTP/1.1', 'Content-Length: 100'),
    reply: [408, 'slow_body'],
  },
  {
    says: 'a body that trickles',
    bytes: head('POST /v1/ingest HTTP/1.1', 'Content-Length: 100000'),
    send: endless(Buffer.from('{'), 100),
    reply: [408, 'slow_body'],
  },
  { says: 'a picture', bytes: post(() => noise(20_000)), reply: [400, 'unreadable_body'] },
  { says: 'a name with a space', bytes: postTo('/v1/ingest/a%20b', LINES), reply: [422, 'bad_source'] },
  { says: 'a name with a NUL', bytes: postTo('/v1/ingest/a%00b', LINES), reply: [422, 'bad_source'] },
  { says: 'a name with a line break', bytes: postTo('/v1/ingest/a%0d%0aX-Evil:1', LINES), reply: [422, 'bad_source'] },
  { says: 'the name of the overflow', bytes: postTo('/v1/ingest/%7Bother%7D', LINES), reply: [422, 'bad_source'] },
  {
    says: 'a name of 101 characters',
    bytes: postTo(`/v1/ingest/${'a'.repeat(101)}`, LINES),
    reply: [422, 'bad_source'],
  },
  {
    says: 'a name past what the router takes',
    bytes: postTo(`/v1/ingest/${'a'.repeat(300)}`, LINES),
    reply: [414, 'uri_too_long'],
  },
  { says: 'the name of a prototype', bytes: postTo('/v1/ingest/__proto__', '{"status":200}'), reply: counted(1) },
  {
    says: 'a format that nobody knows',
    bytes: postTo('/v1/ingest?format=%1b%5b2J', LINES),
    reply: [422, 'bad_format'],
  },
  {
    says: 'the format of a prototype',
    bytes: postTo('/v1/ingest?format=constructor', LINES),
    reply: [422, 'bad_format'],
  },
  { says: 'an empty idempotency key', bytes: post(LINES, 'Idempotency-Key: '), reply: [422, 'bad_idempotency_key'] },
  {
    says: 'an idempotency key of 257 characters',
    bytes: post(LINES, `Idempotency-Key: ${'k'.repeat(257)}`),
    reply: [422, 'bad_idempotency_key'],
  },
  {
    says: 'a file that is no digest',
    bytes: post(LINES, 'X-Statusline-File: ../etc/passwd', 'X-Statusline-Range: 0-9'),
    reply: [422, 'bad_file_span'],
  },
  { says: 'a file span that runs backwards', bytes: post(LINES, ...span('9-3')), reply: [422, 'bad_file_span'] },
  { says: 'a file span past 2^53', bytes: post(LINES, ...span('0-9999999999999999')), reply: [422, 'bad_file_span'] },
  {
    says: 'a file span behind a gap',
    bytes: post(LINES, ...span(`500-${500 + LINES.length}`)),
    reply: [409, 'file_gap'],
  },
  {
    says: 'a file span longer than its bytes',
    bytes: post(LINES, ...span('0-9007199254740991')),
    reply: [422, 'bad_file_span'],
  },
  {
    says: 'a form that holds JSON',
    bytes: post('{"status":201}', 'Content-Type: application/x-www-form-urlencoded'),
    reply: counted(1),
  },
  { says: 'a content type that is none', bytes: post('{"status":202}', 'Content-Type: ;;;"'), reply: counted(1) },
  {
    says: 'a charset that nobody knows',
    bytes: post('{"status":203}', 'Content-Type: application/json; charset=klingon'),
    reply: counted(1),
  },
]

function span(range: string): string[] {
  const digests = ['File', 'Tail', 'Previous-Tail'].map((name) => `X-Statusline-${name}: ${DIGEST}`)
  return [...digests, `X-Statusline-Range: ${range}`]
}

function spoilt(bytes: Buffer, at: number): Buffer {
  const copy = Buffer.from(bytes)
  const index = copy.length + at
  copy[index] = (copy[index] ?? 0) ^ 0xff
  return copy
}

function chunk(size: number): Buffer {
  return Buffer.concat([Buffer.from(`${size.toString(16)}\r\n`), Buffer.alloc(size, '\n'), Buffer.from('\r\n')])
}

/** Bytes without sense, the same in every run. */
function noise(size: number): Buffer {
  let state = 1
  return Buffer.from(
    Uint8Array.from({ length: size }, () => (state = (state * 1_103_515_245 + 12_345) & 0x7fffffff) >> 16),
  )
}
