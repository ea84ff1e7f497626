import { jest } from '@jest/globals'
import * as fc from 'fast-check'
import { BodyScanner } from './body/body-scanner.js'
import { RecordReader, type ReadingOptions } from './body/record-reader.js'
import { bytesOfBody, cuts, mutated, options } from './testing/arbitraries/bodies.js'
import { usualLine } from './testing/arbitraries/lines.js'
import { garbage } from './testing/arbitraries/mutations.js'
import { usualObject } from './testing/arbitraries/objects.js'
import { RecordingSink } from './testing/recording-sink.js'

const NUM_RUNS = Number(process.env['STATUSLINE_PROPERTY_RUNS'] ?? 300)
const encoder = new TextEncoder()

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

/** How many records of a body the byte scanners leave to the exact path. */
function leftToExactPath(body: Uint8Array): number {
  const readLine = jest.spyOn(RecordReader.prototype, 'readLine')
  const readJson = jest.spyOn(RecordReader.prototype, 'readJson')
  scan(body, {})
  const left = readLine.mock.calls.length + readJson.mock.calls.length
  jest.restoreAllMocks()
  return left
}

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
