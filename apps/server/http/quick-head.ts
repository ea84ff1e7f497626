/** The head of a request in its plainest form. Names are in lower case, and none comes twice. */
export interface QuickHead {
  readonly path: string
  readonly headers: { readonly [name: string]: string }
  /** Where the body begins. */
  readonly bodyAt: number
  /** Its length as told; more than 0. */
  readonly bodyBytes: number
}

export interface QuickLimits {
  readonly headerBytes: number
  readonly headerCount: number
}

const REQUEST_LINE = /^P(?:OST|UT|ATCH) (\/[\w./-]*) HTTP\/1\.1\r\n/
const FIELD = /([\w-]+): ([\x21-\x7e]+(?: [\x21-\x7e]+)*)\r\n/y
const LENGTH = /^[1-9]\d{0,7}$/
/** What these ask for is no plain request, whatever their value. */
const NOT_PLAIN = [
  'transfer-encoding',
  'content-encoding',
  'expect',
  'upgrade',
  'trailer',
  'te',
  'http2-settings',
  'proxy-connection',
]
const HEAD_END = Buffer.from('\r\n\r\n')

/**
 * Reads a head as nearly all senders write it: one space behind each colon, no name twice, a length and no coding. Null for everything
 * else, right or wrong: Node's parser then decides about the same bytes.
 */
export function readQuickHead(chunk: Buffer, { headerBytes, headerCount }: QuickLimits): QuickHead | null {
  const end = chunk.indexOf(HEAD_END)
  if (end < 0 || end + 4 > headerBytes) return null
  const text = chunk.toString('latin1', 0, end + 2)
  const line = REQUEST_LINE.exec(text)
  if (line === null) return null
  const headers = readFields(text, line[0].length, headerCount)
  if (headers === null || !isPlain(headers)) return null
  return { path: line[1] ?? '', headers, bodyAt: end + 4, bodyBytes: Number(headers['content-length']) }
}

function readFields(text: string, from: number, most: number): { [name: string]: string } | null {
  const headers: { [name: string]: string } = {}
  FIELD.lastIndex = from
  for (let count = 0; FIELD.lastIndex < text.length; count++) {
    const field = FIELD.exec(text)
    if (field === null || count === most) return null
    const name = field[1]!.toLowerCase()
    // Also what every object has, such as `constructor`.
    if (name in headers) return null
    headers[name] = field[2]!
  }
  return headers
}

function isPlain(headers: { readonly [name: string]: string }): boolean {
  if (headers['host'] === undefined || !LENGTH.test(headers['content-length'] ?? '')) return false
  if (headers['connection'] !== undefined && headers['connection'].toLowerCase() !== 'keep-alive') return false
  return NOT_PLAIN.every((name) => headers[name] === undefined)
}
