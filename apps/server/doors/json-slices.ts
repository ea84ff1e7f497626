const QUOTE = 0x22
const BACKSLASH = 0x5c
const COMMA = 0x2c
const COLON = 0x3a
const OPEN_BRACE = 0x7b
const CLOSE_BRACE = 0x7d
const OPEN_BRACKET = 0x5b
const CLOSE_BRACKET = 0x5d
const LF = 0x0a
const SPACE = 0x20

/** A part of a body: a whole object, or what stood where one should be. */
export interface ObjectSlice {
  readonly bytes: Buffer
  readonly isObject: boolean
}

/**
 * The objects of a body in which they stand one after another, with commas, line ends or nothing between them, or in an array.
 * Only quotes and brackets are looked at, so that nothing has to be parsed twice and no nesting is too deep.
 */
export function* objectSlices(body: Buffer): Generator<ObjectSlice> {
  let at = 0
  while (at < body.length) {
    const byte = body[at] as number
    if (isBetween(byte)) at++
    else {
      const isObject = byte === OPEN_BRACE
      const end = isObject ? valueEnd(body, at) : garbageEnd(body, at)
      // An object that does not end: nothing behind it can be told apart.
      yield { bytes: body.subarray(at, end < 0 ? body.length : end), isObject: isObject && end >= 0 }
      at = end < 0 ? body.length : end
    }
  }
}

/** The members of an object, each with the bytes of its value; ends early where it is no object. */
export function* members(object: Buffer): Generator<readonly [key: string, value: Buffer]> {
  let at = 1
  for (;;) {
    while (isBetween(object[at] ?? QUOTE)) at++
    const keyEnd = object[at] === QUOTE ? valueEnd(object, at) : -1
    if (keyEnd < 0) return
    const key = textOf(object.subarray(at, keyEnd))
    at = skipSpace(object, keyEnd)
    if (key === null || object[at] !== COLON) return
    at = skipSpace(object, at + 1)
    const end = valueEnd(object, at)
    if (end <= at) return
    yield [key, object.subarray(at, end)]
    at = end
  }
}

/** The value of a JSON text; undefined where it is none. */
export function valueOf(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'))
  } catch {
    return undefined
  }
}

/** The text of a JSON string; null where it is none. */
export function textOf(bytes: Buffer): string | null {
  const value = bytes[0] === QUOTE ? valueOf(bytes) : undefined
  return typeof value === 'string' ? value : null
}

function isBetween(byte: number): boolean {
  return byte <= SPACE || byte === COMMA || byte === OPEN_BRACKET || byte === CLOSE_BRACKET
}

function skipSpace(bytes: Buffer, from: number): number {
  let at = from
  while ((bytes[at] ?? QUOTE) <= SPACE) at++
  return at
}

/** The next line, or the next object on the same line. */
function garbageEnd(body: Buffer, from: number): number {
  let at = from
  while (at < body.length && body[at] !== LF && body[at] !== OPEN_BRACE) at++
  return at
}

/** Where the value that begins at `from` ends; -1 where the bytes end first. */
function valueEnd(bytes: Buffer, from: number): number {
  let depth = 0
  let at = from
  do {
    const byte = bytes[at]
    if (byte === undefined) return -1
    if (byte === QUOTE) {
      at = stringEnd(bytes, at)
      if (at < 0) return -1
      continue
    }
    if (byte === OPEN_BRACE || byte === OPEN_BRACKET) depth++
    else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) depth--
    else if (depth === 0) return scalarEnd(bytes, at)
    at++
  } while (depth > 0)
  return depth < 0 ? from : at
}

function stringEnd(bytes: Buffer, from: number): number {
  for (let quote = bytes.indexOf(QUOTE, from + 1); quote >= 0; quote = bytes.indexOf(QUOTE, quote + 1)) {
    let back = quote
    while (bytes[back - 1] === BACKSLASH && back - 1 > from) back--
    if ((quote - back) % 2 === 0) return quote + 1
  }
  return -1
}

function scalarEnd(bytes: Buffer, from: number): number {
  let at = from
  while (at < bytes.length && !isBetween(bytes[at] as number) && bytes[at] !== CLOSE_BRACE) at++
  return at
}
