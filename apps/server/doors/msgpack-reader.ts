/** What a value is, before it is read. `size`: members of a map or array, bytes of anything else. */
interface Head {
  readonly kind: 'map' | 'array' | 'text' | 'bytes' | 'extension' | 'number' | 'word'
  readonly size: number
  /** Where its members or bytes begin. */
  readonly from: number
}

/** Deeper values become null; records so deep are rejected anyway. */
const MAX_DEPTH = 64
const EVENT_TIME = 0
const EVENT_TIME_BYTES = 8

/**
 * Reads MessagePack as JSON. Nothing is built by sizes that the bytes claim, which may be lies, and no nesting is too deep: a
 * body costs what its bytes cost. Throws a RangeError where a value does not end within the bytes.
 */
export class MsgpackReader {
  constructor(
    private readonly bytes: Buffer,
    public at = 0,
  ) {}

  get kind(): Head['kind'] {
    return this.head().kind
  }

  get isAtEnd(): boolean {
    return this.at >= this.bytes.length
  }

  /** Where the next value ends. */
  end(): number {
    let at = this.at
    for (let open = 1; open > 0; open--) {
      const { kind, size, from } = headAt(this.bytes, at)
      open += kind === 'map' ? 2 * size : kind === 'array' ? size : 0
      at = kind === 'map' || kind === 'array' ? from : from + size
      if (at > this.bytes.length) throw new RangeError('a value is longer than the body')
    }
    return at
  }

  /** Enters the array or map that is next and tells how many values, or pairs of them, it has. */
  enter(): number {
    const { size, from } = this.head()
    this.at = from
    return size
  }

  /** The bytes of the text or the bytes that are next; null where something else is, which is skipped. */
  raw(): Buffer | null {
    const { kind, size, from } = this.head()
    this.skip()
    return kind === 'text' || kind === 'bytes' ? this.bytes.subarray(from, from + size) : null
  }

  skip(): void {
    this.at = this.end()
  }

  /** Reads a time, as a number of seconds or as Fluentd's EventTime. Null: the next value is none, and was skipped. */
  seconds(): { readonly seconds: number; readonly nanoseconds: number } | null {
    const { kind, size, from } = this.head()
    const start = this.at
    this.skip()
    if (kind === 'number') return { seconds: Number(numberText(this.bytes, start)), nanoseconds: 0 }
    if (kind !== 'extension' || size !== 1 + EVENT_TIME_BYTES || this.bytes[from] !== EVENT_TIME) return null
    return { seconds: this.bytes.readUInt32BE(from + 1), nanoseconds: this.bytes.readUInt32BE(from + 5) }
  }

  /** Reads the next value as JSON text; bytes are text, too. */
  json(depth = 0): string {
    const { kind, size, from } = this.head()
    if (depth > MAX_DEPTH && (kind === 'map' || kind === 'array')) {
      this.skip()
      return 'null'
    }
    switch (kind) {
      case 'map':
        this.at = from
        return `{${this.list(size, () => `${this.keyJson(depth + 1)}:${this.json(depth + 1)}`)}}`
      case 'array':
        this.at = from
        return `[${this.list(size, () => this.json(depth + 1))}]`
      case 'text':
      case 'bytes':
        this.skip()
        return JSON.stringify(this.bytes.toString('utf8', from, from + size))
      case 'extension':
        return this.timeJson()
      case 'number':
      case 'word': {
        const start = this.at
        this.skip()
        return kind === 'word' ? (WORDS[this.bytes[start] as number] ?? 'null') : numberText(this.bytes, start)
      }
    }
  }

  private head(): Head {
    return headAt(this.bytes, this.at)
  }

  private list(size: number, read: () => string): string {
    let text = ''
    for (let i = 0; i < size; i++) text += i === 0 ? read() : `,${read()}`
    return text
  }

  /** A key of a map that is no text becomes one. */
  private keyJson(depth: number): string {
    const json = this.json(depth)
    return json.startsWith('"') ? json : JSON.stringify(json)
  }

  private timeJson(): string {
    const time = this.seconds()
    return time === null ? 'null' : `${time.seconds}.${String(time.nanoseconds).padStart(9, '0')}`
  }
}

const WORDS: Readonly<Record<number, string>> = { 0xc0: 'null', 0xc2: 'false', 0xc3: 'true' }
/** By the lowest bits of the type: how many bytes tell the length. */
const LENGTH_BYTES = [1, 2, 4] as const

/** Counts what a value still lacks while its bytes arrive; builds nothing. */
export class MsgpackEnd {
  private at = 0
  private open = 1

  /** Where the first value of `bytes` ends; -1 while it has not arrived. `bytes` only grow from call to call. */
  find(bytes: Buffer): number {
    while (this.open > 0 && this.at < bytes.length) {
      const head = headIn(bytes, this.at)
      if (head === null) return -1
      const { kind, size, from } = head
      this.open += (kind === 'map' ? 2 * size : kind === 'array' ? size : 0) - 1
      this.at = kind === 'map' || kind === 'array' ? from : from + size
    }
    return this.open === 0 && this.at <= bytes.length ? this.at : -1
  }
}

/** The head at `at`; null where it has not arrived as a whole. */
function headIn(bytes: Buffer, at: number): Head | null {
  try {
    return headAt(bytes, at)
  } catch {
    return null
  }
}

/** The head of the value at `at` (specification: msgpack.org). Throws a RangeError where the bytes end in it. */
function headAt(bytes: Buffer, at: number): Head {
  const type = bytes[at]
  if (type === undefined) throw new RangeError('the body ends where a value should be')
  if (type < 0x80 || type >= 0xe0) return { kind: 'number', size: 0, from: at + 1 }
  if (type < 0x90) return { kind: 'map', size: type & 0x0f, from: at + 1 }
  if (type < 0xa0) return { kind: 'array', size: type & 0x0f, from: at + 1 }
  if (type < 0xc0) return { kind: 'text', size: type & 0x1f, from: at + 1 }
  if (type <= 0xc3) return { kind: 'word', size: 0, from: at + 1 }
  if (type <= 0xc6) return sized('bytes', bytes, at, type - 0xc4)
  if (type <= 0xc9) return extension(sized('extension', bytes, at, type - 0xc7))
  if (type <= 0xcb) return { kind: 'number', size: type === 0xca ? 4 : 8, from: at + 1 }
  if (type <= 0xd3) return { kind: 'number', size: 2 ** (type & 3), from: at + 1 }
  if (type <= 0xd8) return { kind: 'extension', size: 1 + 2 ** (type - 0xd4), from: at + 1 }
  if (type <= 0xdb) return sized('text', bytes, at, type - 0xd9)
  return sized(type <= 0xdd ? 'array' : 'map', bytes, at, 1 + (type & 1))
}

function sized(kind: Head['kind'], bytes: Buffer, at: number, width: number): Head {
  const lengthBytes = LENGTH_BYTES[width] ?? 4
  return { kind, size: bytes.readUIntBE(at + 1, lengthBytes), from: at + 1 + lengthBytes }
}

/** The type of an extension stands in front of its bytes. */
function extension(head: Head): Head {
  return { ...head, size: head.size + 1 }
}

function numberText(bytes: Buffer, at: number): string {
  const type = bytes[at] as number
  const from = at + 1
  if (type < 0x80) return String(type)
  if (type >= 0xe0) return String(type - 0x100)
  if (type === 0xca || type === 0xcb) {
    const value = type === 0xca ? bytes.readFloatBE(from) : bytes.readDoubleBE(from)
    return Number.isFinite(value) ? String(value) : 'null'
  }
  if (type === 0xcf) return String(bytes.readBigUInt64BE(from))
  if (type === 0xd3) return String(bytes.readBigInt64BE(from))
  const width = 2 ** (type & 3)
  return String(type < 0xd0 ? bytes.readUIntBE(from, width) : bytes.readIntBE(from, width))
}
