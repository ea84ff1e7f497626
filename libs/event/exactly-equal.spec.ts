import { jest } from '@jest/globals'
import * as fc from 'fast-check'
import { BodyScanner } from './body/body-scanner.js'
import { RecordReader, type ReadingOptions } from './body/record-reader.js'
import { ByteScanner } from './scan/byte-scanner.js'
import { bytesOfBody, cuts, mutated, options } from './testing/arbitraries/bodies.js'
import { usualLine } from './testing/arbitraries/lines.js'
import { garbage } from './testing/arbitraries/mutations.js'
import { usualObject } from './testing/arbitraries/objects.js'
import { RecordingSink } from './testing/recording-sink.js'

const NUM_RUNS = Number(process.env['STATUSLINE_PROPERTY_RUNS'] ?? 300)
const encoder = new TextEncoder()
/** More than twice what the scanner looks at in one go. */
const LONG_BYTES = 150_000

/** Calls and summary of a body, read whole or in pieces. */
function scan(body: Uint8Array, options: ReadingOptions, cuts: readonly number[] = []) {
  const sink = new RecordingSink()
  const scanner = new BodyScanner(options, sink)
  const ends = [...new Set(cuts.map((cut) => cut % (body.length + 1)))].sort((a, b) => a - b)
  let from = 0
  for (const end of [...ends, body.length]) {
    scanner.push(body.slice(from, end))
    from = end
  }
  return { calls: sink.calls, summary: scanner.end() }
}

/** The same with the byte scanners switched off. */
function scanExactly(body: Uint8Array, options: ReadingOptions) {
  jest.spyOn(RecordReader.prototype, 'scanLine').mockReturnValue(-1)
  jest.spyOn(RecordReader.prototype, 'scanObject').mockReturnValue(-1)
  try {
    return scan(body, options)
  } finally {
    jest.restoreAllMocks()
  }
}

/** The same by a scanner that has read nothing yet, as that of a process that has just started. */
function scanFresh(body: Uint8Array, options: ReadingOptions) {
  const fresh = new ByteScanner()
  const { forget, scanLine, scanObject } = ByteScanner.prototype
  jest.spyOn(ByteScanner.prototype, 'forget').mockImplementation(() => forget.call(fresh))
  jest.spyOn(ByteScanner.prototype, 'scanLine').mockImplementation((...of) => scanLine.apply(fresh, of))
  jest.spyOn(ByteScanner.prototype, 'scanObject').mockImplementation((...of) => scanObject.apply(fresh, of))
  try {
    return scan(body, options)
  } finally {
    jest.restoreAllMocks()
  }
}

/** How many records of a body the byte scanners leave to the exact path. */
function leftToExactPath(body: Uint8Array): number {
  const readLine = jest.spyOn(RecordReader.prototype, 'readLine')
  const readJson = jest.spyOn(RecordReader.prototype, 'readJson')
  scan(body, {})
  const left = readLine.mock.calls.length + readJson.mock.calls.length
  jest.restoreAllMocks()
  return left
}

const recordOfNewKeys = (at: number) =>
  `{"k${at}":1,"a-longer-key-${at}":"x","a-key-that-is-longer-than-thirty-two-bytes-${at % 7}":2,"status":200,"bytes":${at}}\n`

describe('byte scanners and exact path', () => {
  it.each([
    ['valid and odd records', bytesOfBody],
    ['mutated records', mutated],
    ['random bytes', garbage],
  ])('tell the sink the same about %s, however the body is cut', (_name, bodies) => {
    fc.assert(
      fc.property(bodies, options, cuts, (bytes, reading, places) => {
        const exact = scanExactly(bytes, reading)
        expect(scan(bytes, reading)).toEqual(exact)
        expect(scan(bytes, reading, places)).toEqual(exact)
      }),
      { numRuns: NUM_RUNS },
    )
  })

  it.each([
    ['valid and odd records', bytesOfBody],
    ['mutated records', mutated],
  ])('tell the same about %s where the scanner is new', (_name, bodies) => {
    fc.assert(
      fc.property(bodies, options, (bytes, reading) => {
        expect(scanFresh(bytes, reading)).toEqual(scanExactly(bytes, reading))
      }),
      { numRuns: NUM_RUNS },
    )
  })

  it.each([
    ['a time of ISO 8601', '{"ts":"', 16, ':07Z","status":200}\n'],
    ['a common log time', '192.0.2.1 - - [', 17, ':07 +0000] "GET /a HTTP/1.1" 200 5 "-" "-"\n'],
    ['a key', '{"', 16, '":1,"status":200}\n'],
    ['a method', '192.0.2.1 - - [23/Nov/2026:11:00:00 +0000] "', 7, ' /a HTTP/1.1" 200 5 "-" "-"\n'],
  ])('tell the same of %s of one byte throughout where the scanner is new', (_name, head, size, tail) => {
    const good = '{"ts":"2026-11-23T11:00:07Z","status":200}\n'
    for (let byte = 0; byte < 256; byte++) {
      const bytes = Buffer.concat([Buffer.from(head), Buffer.alloc(size, byte), Buffer.from(tail + good)])
      expect({ byte, ...scanFresh(bytes, {}) }).toEqual({ byte, ...scanExactly(bytes, {}) })
    }
  })

  it.each([
    [
      'lines',
      fc.array(usualLine, { minLength: 1, maxLength: 7 }),
      (lines: readonly string[]) => `${lines.join('\n')}\n`,
    ],
    ['objects', fc.array(usualObject, { minLength: 1, maxLength: 7 }), (lines: readonly string[]) => lines.join('\n')],
    ['odd records', bytesOfBody, (body: Uint8Array) => `${Buffer.from(body).toString('latin1')}\n`],
    [
      'an array in one line',
      fc.array(usualObject, { minLength: 1, maxLength: 7 }),
      (objects: readonly string[]) => `${objects.join(',')},`,
    ],
  ] as const)('tell the same about %s that go on far beyond what is looked at in one go', (name, parts, textOf) => {
    fc.assert(
      fc.property(parts as fc.Arbitrary<never>, options, cuts, fc.nat(200), (part, reading, places, shift) => {
        const text = (textOf as (part: never) => string)(part)
        const many = `${' '.repeat(shift)}${text.repeat(Math.ceil(LONG_BYTES / text.length))}`
        const bytes = Buffer.from(name.startsWith('an array') ? `[${many.slice(0, -1)}]` : many, 'latin1')
        const exact = scanExactly(bytes, reading)
        expect(scan(bytes, reading)).toEqual(exact)
        expect(
          scan(
            bytes,
            reading,
            places.map((place) => place * 977),
          ),
        ).toEqual(exact)
      }),
      { numRuns: Math.ceil(NUM_RUNS / 30) },
    )
  })

  it('tell the same about lines longer than what is looked at in one go', () => {
    const agent = 'x'.repeat(70_000)
    const line = `192.0.2.1 - - [23/Nov/2026:11:00:00 +0000] "GET /a HTTP/1.1" 200 5 "-" "${agent}" rt=0.005\n`
    const object = `{"status":200,"user_agent":"${agent}","path":"/a"}\n`
    for (const text of [line, object, line + object + line]) {
      const bytes = encoder.encode(text.repeat(3))
      expect(scan(bytes, {})).toEqual(scanExactly(bytes, {}))
    }
  })

  it('tell the same of bodies that come in turns', () => {
    const bodies = ['a', 'b', 'c'].map((name) =>
      Array.from({ length: 900 }, (_, at) => `{"status":200,"service":"${name}","bytes":${at}}\n`).join(''),
    )
    const turns = bodies.map((body) => {
      const sink = new RecordingSink()
      return { sink, bytes: encoder.encode(body), scanner: new BodyScanner({}, sink) }
    })
    for (let from = 0; from < 40_000; from += 777)
      for (const { bytes, scanner } of turns) scanner.push(bytes.slice(from, from + 777))
    for (const { scanner, bytes, sink } of turns)
      expect({ calls: sink.calls, summary: scanner.end() }).toEqual(scanExactly(bytes, {}))
  })

  it('tell the same of a buffer that is filled anew', () => {
    const buffer = new Uint8Array(4096)
    const sink = new RecordingSink()
    const scanner = new BodyScanner({}, sink)
    const pieces = [200, 404, 503].map((status) => `{"status":${status},"bytes":1}\n`.repeat(20))
    for (const piece of pieces) scanner.push(buffer.subarray(0, encoder.encodeInto(piece, buffer).written))
    expect({ calls: sink.calls, summary: scanner.end() }).toEqual(scanExactly(encoder.encode(pieces.join('')), {}))
  })

  it('tell the same of more keys than are remembered', () => {
    const bytes = encoder.encode(Array.from({ length: 2_000 }, (_, at) => recordOfNewKeys(at)).join(''))
    expect(scan(bytes, {})).toEqual(scanExactly(bytes, {}))
    expect(leftToExactPath(bytes)).toBe(0)
  })

  it.each([
    ['lines', usualLine],
    ['objects', usualObject],
  ])('usual %s are read by the byte scanners', (_name, records) => {
    fc.assert(
      fc.property(fc.array(records, { minLength: 1, maxLength: 5 }), (lines) => {
        expect(leftToExactPath(encoder.encode(`${lines.join('\n')}\n`))).toBe(0)
      }),
      { numRuns: 30 },
    )
  })
})
