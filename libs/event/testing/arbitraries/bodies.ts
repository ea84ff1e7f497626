import * as fc from 'fast-check'
import type { ReadingOptions } from '../../body/record-reader.js'
import { BUILT_IN_FORMATS } from '../../format.js'
import { nearlyUsualLine, oddLine, usualLine } from './lines.js'
import { mutations } from './mutations.js'
import { nearlyUsualObject, oddObject, usualObject } from './objects.js'
import { pick } from './values.js'

const encoder = new TextEncoder()
const record = fc.oneof(
  usualLine,
  usualObject,
  nearlyUsualLine,
  nearlyUsualObject,
  nearlyUsualObject,
  oddLine,
  oddObject,
)
const lineEnd = pick('\n', '\r\n', '\n\n', '', '\r', ',\n', ' ')
const body = fc
  .array(fc.tuple(record, lineEnd), { minLength: 1, maxLength: 8 })
  .map((records) => records.map((parts) => parts.join('')).join(''))
const wrapped = fc
  .tuple(
    fc.array(fc.oneof(usualObject, nearlyUsualObject, oddObject, pick('1', '"a"', '[1]', 'nul')), { maxLength: 6 }),
    pick(',', ',\n', ' , '),
    pick('[', '{"events":[', '{"v":1,"logs" : [\n', '{"status":1,"logs":['),
    pick(']', ']}', '\n]\n}\n', '', ']]', '],"records":[{"status":200}]}'),
  )
  .map(([elements, comma, open, close]) => open + elements.join(comma) + close)

/** Bodies of records of every kind, in every shape. */
export const bytesOfBody = fc.oneof(body, wrapped).map((value) => encoder.encode(value))

/** The same with bytes flipped, put in, taken out or cut off. */
export const mutated = mutations(bytesOfBody)

/** How a source may be read. */
export const options: fc.Arbitrary<ReadingOptions> = fc.record({
  format: pick('auto', 'auto', ...BUILT_IN_FORMATS.names).map((name) => BUILT_IN_FORMATS.get(name)!),
  maxRecordBytes: pick(1 << 20, 150),
  maxDepth: pick(32, 2),
  timeZone: pick('UTC', 'Europe/Berlin'),
})

/** Where a body is cut into chunks. */
export const cuts = fc.oneof(
  fc.array(fc.nat(), { maxLength: 6 }),
  fc.constant(Array.from({ length: 3000 }, (_, cut) => cut)),
)
