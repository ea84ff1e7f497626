import type { IncomingMessage } from 'node:http'
import { PassThrough } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { gzipSync } from 'node:zlib'
import type { BodyLimits } from './body-read.js'
import type { Encoding } from './decoder.js'
import { wholeBody } from './whole-body.js'

const LIMITS: BodyLimits = { compressedBytes: 1_000, decodedBytes: 2_000, slowSeconds: 3, minBytesPerSecond: 10 }
const PLAIN = Buffer.from('{"status":200}')

/** A request whose body is as far as the test says. */
function request(body: Buffer, complete = true): PassThrough & IncomingMessage {
  const raw = new PassThrough()
  if (complete) raw.end(body)
  else raw.write(body)
  return Object.assign(raw, { complete, headers: {} }) as unknown as PassThrough & IncomingMessage
}

describe('wholeBody', () => {
  it('takes a plain body that is there', () => {
    expect(wholeBody(request(PLAIN), 'identity', LIMITS)).toEqual(PLAIN)
  })

  it('takes one that arrived in pieces', () => {
    const raw = request(PLAIN, false)
    raw.end(PLAIN)
    expect(wholeBody(Object.assign(raw, { complete: true }), 'identity', LIMITS)).toEqual(Buffer.concat([PLAIN, PLAIN]))
  })

  it.each<[why: string, body: Buffer, label: Encoding, limits: Partial<BodyLimits>]>([
    ['its label says gzip', gzipSync(PLAIN), 'gzip', {}],
    ['it is gzip without a label', gzipSync(PLAIN), 'identity', {}],
    ['it is longer than a body may be', PLAIN, 'identity', { compressedBytes: PLAIN.length - 1 }],
    ['it is longer than a decoded body may be', PLAIN, 'identity', { decodedBytes: PLAIN.length - 1 }],
  ])('leaves every byte to the stream where %s', async (_why, body, label, limits) => {
    const raw = request(body)
    expect(wholeBody(raw, label, { ...LIMITS, ...limits })).toBeNull()
    expect(await buffer(raw)).toEqual(body)
  })

  it('leaves a body to the stream while more of it may come', async () => {
    const raw = request(PLAIN, false)
    expect(wholeBody(raw, 'identity', LIMITS)).toBeNull()
    raw.end(PLAIN)
    expect(await buffer(raw)).toEqual(Buffer.concat([PLAIN, PLAIN]))
  })

  it('leaves a request whose sender went away, and one without a body', () => {
    const gone = request(PLAIN)
    gone.destroy()
    expect(wholeBody(gone, 'identity', LIMITS)).toBeNull()
    expect(wholeBody(request(Buffer.alloc(0)), 'identity', LIMITS)).toBeNull()
  })
})
