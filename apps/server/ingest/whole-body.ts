import type { IncomingMessage } from 'node:http'
import type { BodyLimits } from './body-read.js'
import { sniffEncoding, type Encoding } from './decoder.js'

/**
 * The bytes of a plain body that arrived whole before anybody asked for it, as small ones do: nothing is to come that somebody
 * would have to listen for. Null: it has to be streamed (`BodyRead`), and nothing of it was taken.
 */
export function wholeBody(
  raw: IncomingMessage,
  labelled: Encoding,
  { compressedBytes, decodedBytes }: BodyLimits,
): Buffer | null {
  if (labelled !== 'identity' || !raw.complete || raw.destroyed) return null
  const { readableLength } = raw
  if (readableLength === 0 || readableLength > compressedBytes || readableLength > decodedBytes) return null
  const body = raw.read() as Buffer | null
  if (body === null) return null
  if (sniffEncoding(labelled, body) === 'identity') return body
  raw.unshift(body)
  return null
}
