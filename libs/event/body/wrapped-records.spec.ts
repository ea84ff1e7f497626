import type { Envelope } from '../envelope.js'
import type { EventView } from '../event-view.js'
import { BUILT_IN_FORMATS } from '../format.js'
import { recordsWithin } from '../layout/wrapped-records.js'
import { BodyScanner } from './body-scanner.js'
import type { ReadingOptions } from './record-reader.js'

const AT = '2026-11-22T23:20:26.171Z'
const line = (status: number) => `192.0.2.14 - - [22/Nov/2026:23:20:26 +0000] "GET /a HTTP/1.1" ${status} 157 "-" "t"`
const object = (status: number) => JSON.stringify({ status })

interface Told {
  readonly what: number | string
  readonly service: string
  readonly tsMs: number
  readonly eventId: string | null
  readonly record: string
}

const text = (bytes: Uint8Array, from: number, to: number) => Buffer.from(bytes).toString('utf8', from, to)

function told(feed: (scanner: BodyScanner) => void, options: ReadingOptions = {}): Told[] {
  const found: Told[] = []
  const scanner = new BodyScanner(options, {
    event: (view: EventView) => {
      found.push({
        what: view.status,
        service: text(view.bytes, view.serviceFrom, view.serviceTo),
        tsMs: view.tsMs,
        eventId: view.eventId,
        record: text(view.record, view.recordFrom, view.recordTo),
      })
    },
    reject: (reason, record, from, to) => {
      found.push({ what: reason, service: '', tsMs: -1, eventId: null, record: text(record, from, to) })
    },
  })
  feed(scanner)
  scanner.end()
  return found
}

const pushed = (body: string, options?: ReadingOptions) =>
  told((scanner) => {
    scanner.push(Buffer.from(body))
  }, options)
const parts = (texts: readonly string[], envelope: Envelope | null) =>
  told((scanner) => {
    for (const text of texts) scanner.part(Buffer.from(text), envelope)
  })
const whats = (found: readonly Told[]) => found.map(({ what }) => what)

describe('a text that another record wraps', () => {
  it.each([
    ['one line', 'a b', ['a b']],
    ['lines', 'a\r\n\n b\n', ['a', 'b']],
    ['an object', '{"a":{"b":1}}', ['{"a":{"b":1}}']],
    ['an object over several lines', '{\n"a":\n{}}', ['{\n"a":\n{}}']],
    ['objects', '{"a":"}{\\"\\\\"}{"b":1},\n{"c":[{}]}', ['{"a":"}{\\"\\\\"}', '{"b":1}', '{"c":[{}]}']],
    ['an array', '[ {"a":[{}]}, {"b":2} ]', ['{"a":[{}]}', '{"b":2}']],
    ['an array of one object', '[{"a":1}]', ['{"a":1}']],
    ['a line that begins with a bracket', '[x] {"a":1}{"b":2}]', ['[x] {"a":1}{"b":2}]']],
    ['objects and lines', '{"a":1}\nb c\n{"d":1', ['{"a":1}', 'b c', '{"d":1']],
  ])('may be %s', (_what, text, expected) => {
    expect(recordsWithin(text.trim())).toEqual(expected)
  })
})

describe('a record that wraps several', () => {
  it.each([
    ['lines', `${line(200)}\n${line(500)}\n`],
    ['objects on lines of their own', `${object(200)}\n${object(500)}`],
    ['objects one after another', object(200) + object(500)],
    ['an array', `[${object(200)},${object(500)}]`],
    ['a line and an object', `${line(200)}\n${object(500)}`],
    ['objects in wrappings', [200, 500].map((status) => JSON.stringify({ log: `${line(status)}\n` })).join('\n')],
  ])('counts each of its %s', (_what, message) => {
    expect(whats(pushed(JSON.stringify({ '@timestamp': AT, message })))).toEqual([200, 500])
    const outer = JSON.stringify({ log: JSON.stringify({ '@timestamp': AT, message }) })
    expect(whats(pushed(`${outer}\n${object(404)}`))).toEqual([200, 500, 404])
    expect(whats(pushed(`${AT} stdout F ${JSON.stringify({ message })}\n`))).toEqual([200, 500])
  })

  it('tells the same of each', () => {
    const [first, second] = pushed(JSON.stringify({ ts: AT, service: 'pay', message: object(200) + object(500) }))
    expect(first).toMatchObject({ what: 200, service: 'pay', tsMs: Date.parse(AT) })
    expect(second).toMatchObject({ what: 500, service: 'pay', tsMs: Date.parse(AT) })
  })

  it('rejects what is no request beside them, each in a wrapping of its own, so that none counts twice when it is read again', () => {
    const [first, second, third, fourth] = pushed(
      JSON.stringify({
        ts: AT,
        service: 'pay',
        secret: 'x',
        message: `noise\n${line(200)}\n${object(99)}\n${object(500)}`,
      }),
    )
    expect([first, second, third, fourth].map((one) => one?.what)).toEqual(['missing_status', 200, 'bad_status', 500])
    expect(JSON.parse(first?.record ?? '')).toEqual({ timestamp: Date.parse(AT), service: 'pay', message: 'noise' })
    expect(whats(pushed(third?.record ?? ''))).toEqual(['bad_status'])
  })

  it('is one record where none of them is known', () => {
    const body = JSON.stringify({ level: 'error', message: 'Error: x\n  at a\n  at b' })
    expect(pushed(body)).toMatchObject([{ what: 'missing_status', record: body }])
    expect(whats(pushed(JSON.stringify({ status: 200, message: `${line(500)}\n${line(500)}` })))).toEqual([200])
  })

  it('is read under a named format, too', () => {
    const format = BUILT_IN_FORMATS.get('json')!
    expect(whats(pushed(JSON.stringify({ log: object(200) + object(500) }), { format }))).toEqual([200, 500])
  })

  it('takes time in step with its size', () => {
    const message = `${line(200)}\n`.repeat(2_000)
    expect(pushed(JSON.stringify({ rest: 'x'.repeat(400_000), message }))).toHaveLength(2_000)
  })
})

describe('several records under one id', () => {
  it.each([
    ['lines', `${line(200)}\nnoise\n${line(200)}`],
    ['objects', `${object(200)}{}${object(200)}`],
    ['an array', `[${object(200)},{},${object(200)}]`],
    ['in a message', JSON.stringify({ message: `${line(200)}\n{}\n${object(200)}` })],
  ])('have each an id of their own: %s', (_what, text) => {
    const found = parts([text, text], { eventId: 'e1' })
    expect(found).toHaveLength(6)
    const ids = found.flatMap(({ what, eventId }) => (what === 200 ? (eventId ?? 'own') : []))
    expect(new Set(ids).size).toBe(2)
    expect(ids.slice(0, 2)).toEqual(ids.slice(2))
  })
})
