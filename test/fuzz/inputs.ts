import { readdirSync } from 'node:fs'
import { readGoldenFile } from '../golden/golden-file.js'

const GOLDEN = new URL('../golden/', import.meta.url)
const encoder = new TextEncoder()

/** A line of a golden file with the format that it is of. */
interface Specimen {
  readonly format: string
  readonly bytes: Uint8Array
}

const SPECIMENS: readonly Specimen[] = readdirSync(GOLDEN)
  .filter((name) => name.endsWith('.golden'))
  .flatMap((name) =>
    readGoldenFile(`./${name}`).map(({ line }) => ({
      format: name.slice(0, -'.golden'.length),
      bytes: encoder.encode(line),
    })),
  )

/** What parsers trip over: ends of strings, of values and of records, escapes, numbers at their limits. */
const POISON = [
  '"',
  '""',
  '\\',
  '\\x',
  '\\x2',
  '\\u',
  '\\"',
  "'",
  '\r',
  '\n',
  '\r\n',
  '\0',
  '\u001b[31m',
  '{',
  '}',
  '[',
  ']',
  '[]',
  '{}',
  '(',
  ')',
  '|',
  '/',
  '?',
  '#',
  '#22',
  '%',
  '%2',
  '=',
  '==',
  ',',
  ', ',
  ' : ',
  ':',
  ';',
  ' ',
  '  ',
  '\t',
  '-',
  '--',
  '+',
  '.',
  '..',
  '0',
  '00',
  '-1',
  '1e999',
  '999999999999999999999',
  '0.0000000000001',
  'NaN',
  'null',
  'true',
  '__proto__',
  'constructor',
  '\u00e9',
  '\ud83d\ude00',
  '\u2028',
  '\ufeff',
  '\u00b5s',
  'ms',
  's',
  '<BADREQ>',
  '<NOSRV>',
  '#Fields: ',
  '#Fields: sc-status time\n',
  '31/Feb/2026',
  '[99/Nov/2026:99:99:99 +9999] "',
  '2026-11-22T23:20:29Z stdout F ',
  'Nov 22 23:20:26 host nginx: ',
  'http://',
  '://',
  '{"log":"',
  '"message":"',
  '{"status":',
  '502, ',
  '502 : ',
].map((text) => encoder.encode(text))

/** An input, and the format whose line it was made of, if any. */
export interface Input {
  readonly bytes: Uint8Array
  readonly format: string | null
}

/** Longest inputs: what is not linear shows there. */
export const LONG_BYTES = 64 * 1024

/** Inputs that depend on the random numbers only. */
export class Inputs {
  constructor(private readonly random: () => number) {}

  /** Mostly mutated golden lines, some bytes of no shape. */
  next(): Input {
    const kind = this.#upTo(100)
    if (kind < 6) return { format: null, bytes: this.#bytes(this.#upTo(400)) }
    if (kind < 12) return { format: null, bytes: this.#poisons(this.#upTo(80)) }
    return this.#mutant()
  }

  /** An input of `LONG_BYTES`: one golden line with one part of it again and again. */
  long(): Input {
    const { format, bytes } = this.#pick(SPECIMENS)
    const from = this.#upTo(bytes.length)
    const part = this.#upTo(3) === 0 ? this.#pick(POISON) : bytes.subarray(from, from + 1 + this.#upTo(12))
    const result = new Uint8Array(LONG_BYTES)
    result.set(bytes.subarray(0, from))
    for (let at = from; part.length > 0 && at < LONG_BYTES; at += part.length)
      result.set(part.subarray(0, LONG_BYTES - at), at)
    const tail = bytes.subarray(from)
    if (this.#upTo(2) === 0) result.set(tail, LONG_BYTES - tail.length)
    return { format, bytes: result }
  }

  /** Bytes with one to four things wrong. */
  mutantOf(bytes: Uint8Array): Uint8Array {
    let result = bytes
    for (let mutations = 1 + this.#upTo(4); mutations > 0; mutations--) result = this.#mutated(result)
    return result
  }

  /** A whole number of at least 0, below `limit`. */
  #upTo(limit: number): number {
    return Math.floor(this.random() * limit)
  }

  #pick<Item>(items: readonly Item[]): Item {
    return items[this.#upTo(items.length)] as Item
  }

  #bytes(length: number): Uint8Array {
    return Uint8Array.from({ length }, () => this.#upTo(256))
  }

  #poisons(count: number): Uint8Array {
    return Uint8Array.from(Array.from({ length: count }, () => this.#pick(POISON)).flatMap((part) => [...part]))
  }

  #mutant(): Input {
    const { format, bytes } = this.#pick(SPECIMENS)
    return { format, bytes: this.mutantOf(bytes) }
  }

  #mutated(bytes: Uint8Array): Uint8Array {
    const at = this.#upTo(bytes.length + 1)
    const to = at + this.#upTo(1 + Math.min(24, bytes.length - at))
    switch (this.#upTo(7)) {
      case 0:
        return joined(bytes.subarray(0, at), Uint8Array.of(this.#upTo(256)), bytes.subarray(at + 1))
      case 1:
        return joined(bytes.subarray(0, at), this.#pick(POISON), bytes.subarray(at))
      case 2:
        return joined(bytes.subarray(0, at), this.#pick(POISON), bytes.subarray(to))
      case 3:
        return joined(bytes.subarray(0, at), bytes.subarray(to))
      case 4:
        return joined(bytes.subarray(0, to), bytes.subarray(at))
      case 5:
        return this.#upTo(3) === 0 ? bytes.subarray(0, at) : bytes
      default: {
        const other = this.#pick(SPECIMENS).bytes
        return joined(bytes.subarray(0, at), other.subarray(this.#upTo(other.length)))
      }
    }
  }
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat(parts)
}
