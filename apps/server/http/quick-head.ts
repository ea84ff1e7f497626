/** What a head says but for the length of the body: the same object as long as a connection says the same. */
export class PlainWords {
  /** For who takes the requests: what he made of these words. */
  kept: unknown = null

  constructor(
    readonly path: string,
    /** Names are in lower case, and none comes twice. */
    readonly headers: { readonly [name: string]: string },
  ) {}
}

/** The head of a request in its plainest form. */
export interface QuickHead {
  readonly words: PlainWords
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

/** The heads of one connection. A sender mostly repeats his own to the byte, but for the length: such a head is not taken apart again. */
export class QuickHeads {
  private words: PlainWords | null = null
  /** The bytes of the last head that was taken apart, and where in them the length stands. */
  private bytes: Buffer = EMPTY
  private lengthFrom = 0
  private lengthTo = 0

  constructor(private readonly limits: QuickLimits) {}

  /**
   * Reads a head as nearly all senders write it: one space behind each colon, no name twice, a length and no coding. Null for everything
   * else, right or wrong: Node's parser then decides about the same bytes.
   */
  read(chunk: Buffer): QuickHead | null {
    return this.repeated(chunk) ?? this.takenApart(chunk)
  }

  private repeated(chunk: Buffer): QuickHead | null {
    const { words, bytes, lengthFrom, lengthTo } = this
    if (words === null || chunk.length < bytes.length || chunk.compare(bytes, 0, lengthFrom, 0, lengthFrom) !== 0)
      return null
    let to = lengthFrom
    let bodyBytes = 0
    for (; to < lengthFrom + MOST_DIGITS; to++) {
      const digit = chunk[to]! - ZERO
      if (!(digit >= 0 && digit <= 9)) break
      bodyBytes = 10 * bodyBytes + digit
    }
    const bodyAt = to + bytes.length - lengthTo
    const isSame =
      chunk[lengthFrom] !== ZERO && bodyBytes > 0 && bodyAt <= chunk.length && bodyAt <= this.limits.headerBytes
    if (!isSame || chunk.compare(bytes, lengthTo, bytes.length, to, bodyAt) !== 0) return null
    return { words, bodyAt, bodyBytes }
  }

  private takenApart(chunk: Buffer): QuickHead | null {
    const { headerBytes, headerCount } = this.limits
    const end = chunk.indexOf(HEAD_END)
    if (end < 0 || end + 4 > headerBytes) return null
    const text = chunk.toString('latin1', 0, end + 2)
    const line = REQUEST_LINE.exec(text)
    if (line === null) return null
    const fields = readFields(text, line[0].length, headerCount)
    if (fields === null || !isPlain(fields.headers)) return null
    const length = LENGTH.exec(text.slice(fields.lengthFrom, fields.lengthTo))?.[0]
    if (length === undefined) return null
    this.words = new PlainWords(line[1] ?? '', fields.headers)
    this.bytes = Buffer.from(chunk.subarray(0, end + 4))
    this.lengthFrom = fields.lengthFrom
    this.lengthTo = fields.lengthTo
    return { words: this.words, bodyAt: end + 4, bodyBytes: Number(length) }
  }
}

const EMPTY = Buffer.alloc(0)
const ZERO = 0x30
const MOST_DIGITS = 8

interface Fields {
  readonly headers: { readonly [name: string]: string }
  /** Where the value of `Content-Length`, which is not among the headers, stands; 0 without one. */
  readonly lengthFrom: number
  readonly lengthTo: number
}

function readFields(text: string, from: number, most: number): Fields | null {
  const headers: { [name: string]: string } = {}
  let lengthFrom = 0
  let lengthTo = 0
  FIELD.lastIndex = from
  for (let count = 0; FIELD.lastIndex < text.length; count++) {
    const field = FIELD.exec(text)
    if (field === null || count === most) return null
    const name = field[1]!.toLowerCase()
    // Also what every object has, such as `constructor`.
    if (name in headers || (name === 'content-length' && lengthTo > 0)) return null
    if (name === 'content-length') {
      lengthTo = FIELD.lastIndex - 2
      lengthFrom = lengthTo - field[2]!.length
    } else headers[name] = field[2]!
  }
  return { headers, lengthFrom, lengthTo }
}

function isPlain(headers: { readonly [name: string]: string }): boolean {
  if (headers['host'] === undefined) return false
  if (headers['connection'] !== undefined && headers['connection'].toLowerCase() !== 'keep-alive') return false
  return NOT_PLAIN.every((name) => headers[name] === undefined)
}
