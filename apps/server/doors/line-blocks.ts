const LF = 0x0a
const BLOCK_BYTES = 1 << 20

/** Bytes of many lines in blocks of about a megabyte, so that no copy of all of them is needed; no line is cut. */
export function* lineBlocks(bytes: Buffer): Generator<Buffer> {
  let from = 0
  while (from < bytes.length) {
    const feed = bytes.indexOf(LF, from + BLOCK_BYTES)
    const to = feed < 0 ? bytes.length : feed + 1
    yield bytes.subarray(from, to)
    from = to
  }
}
