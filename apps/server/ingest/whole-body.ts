import type { IncomingMessage } from 'node:http'
import type { BodyLimits } from './body-read.js'
import { sniffEncoding, type Encoding } from './decoder.js'

/**
 * The bytes of a plain body that is here before anybody asked for it, as small ones are: nothing is to come that somebody would
 * have to listen for. Null: it has to be streamed (`BodyRead`), and nothing of it was taken.
 */
export function wholeBody(
  raw: IncomingMessage,
  labelled: Encoding,
  { compressedBytes, decodedBytes }: BodyLimits,
): Buffer | null {
  const { readableLength } = raw
  // Node tells the end of a message only a turn after its last byte.
  if (labelled !== 'identity' || readableLength !== Number(raw.headers['content-length'])) return null
  if (raw.destroyed || readableLength > compressedBytes || readableLength > decodedBytes) return null
  const body = raw.read() as Buffer | null
  if (body === null) return null
  if (sniffEncoding(labelled, body) === 'identity') {
    // For its end, which the connection waits for.
    raw.resume()
    return body
  }
  raw.unshift(body)
  return null
}
