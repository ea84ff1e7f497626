import * as fc from 'fast-check'
import { readBy } from '../testing/directive-reading.js'
import { compileApache } from './apache.js'
import { compileNginx } from './nginx.js'

const NUM_RUNS = Number(process.env['STATUSLINE_PROPERTY_RUNS'] ?? 300)
const pick = <T>(...values: T[]) => fc.constantFrom(...values)

/** A variable with a value that it may have, and what the event must say. */
interface Sample {
  readonly nginx: string
  readonly apache: string | null
  /** Holds no spaces, so that it may stand bare. */
  readonly isWord: boolean
  readonly value: string
  readonly event: object
}

function sample(nginx: string, apache: string | null, isWord: boolean, value: string, event: object): Sample {
  return { nginx, apache, isWord, value, event }
}

const text = fc.string({ maxLength: 20, unit: pick(...'abc/:."\\ |[]{},-=ü\t%$') }).map((value) => `x${value}x`)
const word = fc.string({ maxLength: 20, unit: pick(...'abc/:."\\[]{},-=ü%$') }).map((value) => `x${value}x`)
const code = pick(200, 204, 301, 404, 429, 499, 502, 504)
const list = fc.array(fc.option(code), { minLength: 1, maxLength: 3 })

const samples: readonly fc.Arbitrary<Sample>[] = [
  code.map((status) => sample('$status', '%>s', true, String(status), { status })),
  fc.nat(99_999).map((ms) => sample('$request_time', null, true, (ms / 1000).toFixed(3), { durationMs: ms })),
  fc.nat(999_999).map((us) => sample('$connection', '%D', true, String(us), {})),
  fc.nat(999_999).map((bytes) => sample('$body_bytes_sent', '%B', true, String(bytes), { bytes })),
  word.map((path) =>
    sample('$request_uri', '%U', true, `/${path}?q=1`, { path: `/${path}`.replaceAll(/[?#].*/g, '') }),
  ),
  word.map((host) => sample('$host', '%{Host}i', true, host, { host })),
  word.map((id) => sample('$request_id', '%{X-Request-Id}i', true, id, { requestId: id })),
  text.map((consumer) => sample('$remote_user', '%u', false, consumer, { consumer })),
  text.map((agent) => sample('$http_user_agent', '%{User-Agent}i', false, agent, {})),
  fc.tuple(pick('GET', 'POST'), word).map(([method]) => sample('$request_method', '%m', true, method, { method })),
  list.map((codes) =>
    sample('$upstream_status', null, false, codes.map((one) => one ?? '-').join(', '), {
      upstreamStatuses: codes.length === 1 && codes[0] === null ? [] : codes,
    }),
  ),
]

const line = fc
  .record({
    chosen: fc.tuple(...samples),
    order: fc.array(fc.nat(1000), { minLength: samples.length, maxLength: samples.length }),
    kept: fc.array(fc.boolean(), { minLength: samples.length, maxLength: samples.length }),
    bare: fc.array(fc.boolean(), { minLength: samples.length, maxLength: samples.length }),
    separator: pick(' ', ' | ', '\t', ' - ', ' k='),
  })
  .map(({ chosen, order, kept, bare, separator }) => ({
    separator,
    parts: chosen
      .map((one, index) => ({ ...one, isQuoted: !one.isWord || !bare[index], rank: order[index] ?? 0, index }))
      .filter(({ index }) => index === 0 || kept[index])
      .toSorted((a, b) => a.rank - b.rank),
  }))

const BYTES = new TextEncoder()
const escapeHex = (value: string, hex: (byte: number) => string) =>
  Array.from(BYTES.encode(value), (byte) =>
    byte < 0x20 || byte > 0x7e || byte === 0x22 || byte === 0x5c ? hex(byte) : String.fromCharCode(byte),
  ).join('')
const two = (byte: number) => byte.toString(16).padStart(2, '0')
const nginxEscape = (value: string) => escapeHex(value, (byte) => `\\x${two(byte).toUpperCase()}`)
const jsonEscape = (value: string) => JSON.stringify(value).slice(1, -1)
const apacheEscape = (value: string) =>
  escapeHex(value, (byte) => ({ 0x22: '\\"', 0x5c: '\\\\', 0x09: '\\t' })[byte] ?? `\\x${two(byte)}`)

type Parts = readonly (Sample & { readonly isQuoted: boolean })[]

/** Whether a layout was refused because values that may hold spaces stand bare around one that counts. */
const isUnclear = (layout: object) =>
  'problem' in layout && /may hold spaces and stand without/.test(String(layout.problem))

/** The parts as a directive, or as the line that the directive writes. */
const joined = (parts: Parts, separator: string, shown: (part: Sample) => string) =>
  parts.map((part) => (part.isQuoted ? `"${shown(part)}"` : shown(part))).join(separator)
const expected = (parts: Parts) => Object.assign({}, ...parts.map(({ event }) => event)) as object

describe('a line that a directive writes is read as what it was made of', () => {
  it.each([
    ['default', nginxEscape],
    ['json', jsonEscape],
  ])('nginx, escape=%s', (escape, escaped) => {
    fc.assert(
      fc.property(line, ({ parts, separator }) => {
        const text = joined(parts, separator, ({ nginx }) => nginx)
        const layout = compileNginx('own', `log_format own escape=${escape} '${text}';`)
        fc.pre(!isUnclear(layout))
        const record = joined(parts, separator, ({ value }) => escaped(value))
        expect(readBy(layout, record)).toMatchObject(expected(parts))
      }),
      { numRuns: NUM_RUNS },
    )
  })

  it('nginx, JSON', () => {
    fc.assert(
      fc.property(line, ({ parts }) => {
        const members = (shown: (part: Sample) => string) =>
          `{${parts.map((part, index) => `"k.${index}": "${shown(part)}"`).join(', ')}}`
        const layout = compileNginx('own', `log_format own escape=json '${members(({ nginx }) => nginx)}';`)
        expect(
          readBy(
            layout,
            members(({ value }) => jsonEscape(value)),
          ),
        ).toMatchObject(expected(parts))
      }),
      { numRuns: NUM_RUNS },
    )
  })

  it('Apache', () => {
    fc.assert(
      fc.property(line, ({ parts: all, separator }) => {
        const parts = all.filter(({ apache }) => apache !== null)
        const text = joined(parts, separator, ({ apache }) => apache ?? '').replaceAll(/["\\]/g, '\\$&')
        const record = joined(parts, separator, ({ value }) => apacheEscape(value))
        const layout = compileApache('own', `LogFormat "${text}" own`)
        fc.pre(!isUnclear(layout))
        expect(readBy(layout, record)).toMatchObject(expected(parts))
      }),
      { numRuns: NUM_RUNS },
    )
  })
})
