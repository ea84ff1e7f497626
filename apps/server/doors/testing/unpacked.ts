import * as fc from 'fast-check'
import type { Envelope } from '#event'
import { Refusal } from '../../http/refusal.js'
import type { Dialect, DoorRequest, Exchange } from '../dialect.js'

export type Taken = readonly [record: string, envelope: Envelope | null]

/** A request to a dialect, without its body. */
export function requestTo(dialect: Dialect, parts: Partial<DoorRequest> = {}): DoorRequest {
  const url = dialect.bodies[0]?.path ?? '/'
  return { method: 'POST', url, params: {}, query: {}, headers: {}, ...parts }
}

/** What a dialect takes out of a body. Throws what it throws. */
export function unpacked(
  dialect: Dialect,
  body: Uint8Array | string,
  parts: Partial<DoorRequest> = {},
): { readonly taken: Taken[]; readonly exchange: Exchange } {
  const taken: Taken[] = []
  const exchange = dialect.open(requestTo(dialect, parts))
  exchange.unpack(Buffer.from(body as string), (record, envelope) => {
    taken.push([Buffer.from(record as string).toString(), envelope])
  })
  return { taken, exchange }
}

/** Asserts that no bytes, random or a body gone wrong, make a dialect throw anything but a refusal. */
export function expectOnlyRefusals(
  dialect: Dialect,
  bodies: readonly (Uint8Array | string)[],
  parts: Partial<DoorRequest> = {},
): void {
  const mutated = fc
    .tuple(fc.constantFrom(...bodies), fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 8 }), fc.nat())
    .map(([body, changes, cut]) => {
      const bytes = Buffer.from(body as string)
      for (const [at, byte] of changes) if (bytes.length > 0) bytes[at % bytes.length] = byte
      return bytes.subarray(0, changes.length % 2 === 0 ? bytes.length : cut % (bytes.length + 1))
    })
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array({ maxLength: 300 }), mutated), (body) => {
      try {
        const { taken } = unpacked(dialect, body, parts)
        for (const [, envelope] of taken)
          if (envelope?.tsMs !== undefined && !Number.isSafeInteger(envelope.tsMs)) throw new Error('no time')
      } catch (thrown) {
        if (!(thrown instanceof Refusal)) throw thrown
      }
    }),
    { numRuns: 400 },
  )
}
