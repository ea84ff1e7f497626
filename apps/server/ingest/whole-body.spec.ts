import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { PassThrough } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { gzipSync } from 'node:zlib'
import type { BodyLimits } from './body-read.js'
import type { Encoding } from './decoder.js'
import { wholeBody } from './whole-body.js'

const LIMITS: BodyLimits = { compressedBytes: 1_000, decodedBytes: 2_000, slowSeconds: 3, minBytesPerSecond: 10 }
const PLAIN = Buffer.from('{"status":200}')

/** A request that says how long its body is, of which so much has come. */
function request(body: Buffer, length = body.length): PassThrough & IncomingMessage {
  const raw = new PassThrough()
  if (body.length > 0) raw.write(body)
  const headers = { 'content-length': String(length) }
  return Object.assign(raw, { headers }) as unknown as PassThrough & IncomingMessage
}

describe('wholeBody', () => {
  it('takes a plain body that is there, and lets its end come', async () => {
    const raw = request(PLAIN)
    expect(wholeBody(raw, 'identity', LIMITS)).toEqual(PLAIN)
    raw.end()
    await once(raw, 'end')
  })

  it('takes one that arrived in pieces', () => {
    const raw = request(PLAIN, 2 * PLAIN.length)
    raw.end(PLAIN)
    expect(wholeBody(raw, 'identity', LIMITS)).toEqual(Buffer.concat([PLAIN, PLAIN]))
  })

  it.each<[why: string, body: Buffer, label: Encoding, limits: Partial<BodyLimits>]>([
    ['its label says gzip', gzipSync(PLAIN), 'gzip', {}],
    ['it is gzip without a label', gzipSync(PLAIN), 'identity', {}],
    ['it is longer than a body may be', PLAIN, 'identity', { compressedBytes: PLAIN.length - 1 }],
    ['it is longer than a decoded body may be', PLAIN, 'identity', { decodedBytes: PLAIN.length - 1 }],
  ])('leaves every byte to the stream where %s', async (_why, body, label, limits) => {
    const raw = request(body)
    expect(wholeBody(raw, label, { ...LIMITS, ...limits })).toBeNull()
    raw.end()
    expect(await buffer(raw)).toEqual(body)
  })

  it('leaves a body to the stream while more of it is to come', async () => {
    const raw = request(PLAIN, 2 * PLAIN.length)
    expect(wholeBody(raw, 'identity', LIMITS)).toBeNull()
    raw.end(PLAIN)
    expect(await buffer(raw)).toEqual(Buffer.concat([PLAIN, PLAIN]))
  })

  it('leaves one that does not tell its length', async () => {
    const raw = Object.assign(request(PLAIN), { headers: {} })
    expect(wholeBody(raw, 'identity', LIMITS)).toBeNull()
    raw.end()
    expect(await buffer(raw)).toEqual(PLAIN)
  })

  it('leaves a request whose sender went away, and one without a body', () => {
    const gone = request(PLAIN)
    gone.destroy()
    expect(wholeBody(gone, 'identity', LIMITS)).toBeNull()
    expect(wholeBody(request(Buffer.alloc(0)), 'identity', LIMITS)).toBeNull()
  })
})
