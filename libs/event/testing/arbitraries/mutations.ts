import * as fc from 'fast-check'
import { pick } from './values.js'

const encoder = new TextEncoder()
const POISON = [
  '"',
  '\\',
  '\r',
  '\n',
  '\0',
  '\u001b',
  'é',
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  ' ',
  '-',
  '\\x22',
  '\\u0000',
  '=',
  '\ud83d\ude00',
].map((c) => encoder.encode(c))
const mutation = fc.record({
  at: fc.nat(),
  kind: pick('flip', 'insert', 'delete', 'cut'),
  byte: fc.nat(255),
  poison: pick(...POISON),
})
function mutate(bytes: Uint8Array, made: readonly { at: number; kind: string; byte: number; poison: Uint8Array }[]) {
  let result = [...bytes]
  for (const { at, kind, byte, poison } of made) {
    const index = at % (result.length + 1)
    if (kind === 'flip' && index < result.length) result[index] = byte
    else if (kind === 'insert') result.splice(index, 0, ...poison)
    else if (kind === 'delete') result.splice(index, 1 + (byte % 5))
    else if (kind === 'cut' && byte < 64) result = result.slice(0, index)
  }
  return Uint8Array.from(result)
}

/** Bodies with bytes flipped, put in, taken out or cut off. */
export const mutations = (bodies: fc.Arbitrary<Uint8Array>) =>
  fc.tuple(bodies, fc.array(mutation, { minLength: 1, maxLength: 4 })).map(([bytes, made]) => mutate(bytes, made))

/** Bytes of no shape. */
export const garbage = fc.oneof(
  fc.uint8Array({ maxLength: 200 }),
  fc.array(pick(...POISON), { maxLength: 60 }).map((parts) => Uint8Array.from(parts.flatMap((part) => [...part]))),
)
