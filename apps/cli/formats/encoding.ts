const HEAD_BYTES = 512
/** Parts of a line that are ASCII, of which UTF-16 makes every second byte a NUL. */
const MOSTLY = 0.7
const HARDLY = 0.1

/** Which UTF-16 the first bytes of a log are, by their byte order mark or by the NULs of its ASCII; null: none. */
export function utf16In(first: Uint8Array): 'UTF-16LE' | 'UTF-16BE' | null {
  const head = first.subarray(0, HEAD_BYTES)
  if (head[0] === 0xff && head[1] === 0xfe) return 'UTF-16LE'
  if (head[0] === 0xfe && head[1] === 0xff) return 'UTF-16BE'
  const pairs = Math.floor(head.length / 2)
  if (pairs < 2) return null
  const nuls = [0, 1].map((at) => head.filter((byte, index) => byte === 0 && index % 2 === at).length / pairs)
  const [even = 0, odd = 0] = nuls
  if (odd >= MOSTLY && even <= HARDLY) return 'UTF-16LE'
  return even >= MOSTLY && odd <= HARDLY ? 'UTF-16BE' : null
}

/** What to do about a log in UTF-16, in a sentence or two. */
export function utf16Advice(encoding: string, file: string): string {
  return (
    `It is ${encoding}, which the server does not read. Convert it: iconv -f ${encoding} -t UTF-8 ${file}; ` +
    'or have it written as UTF-8, in PowerShell with -Encoding utf8.'
  )
}
