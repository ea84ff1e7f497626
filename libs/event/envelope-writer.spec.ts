import { BodyScanner } from './body/body-scanner.js'
import type { Envelope } from './envelope.js'
import { RecordingSink } from './testing/recording-sink.js'

const LINE = '192.0.2.1 - - [22/Nov/2026:23:20:26 +0000] "GET /a/7 HTTP/1.1" 502 5 "-" "t"'
const NAMED = `${LINE} host=shop.example rid=r9`
const EXACT = '{"status":502,"path":"/a/7","flags":["UF"]}'

/** What the sink is told of parts in their envelopes. */
function told(...parts: [string, Envelope | null][]) {
  const sink = new RecordingSink()
  const scanner = new BodyScanner({}, sink)
  for (const [text, envelope] of parts) scanner.part(new TextEncoder().encode(text), envelope)
  scanner.end()
  return sink.calls
}

const ENVELOPE = {
  service: 'pay',
  gateway: 'edge',
  host: 'other',
  requestId: 'e1',
  traceId: 't1',
  tsMs: 1_795_389_630_171,
}

describe('what an envelope tells', () => {
  it.each([
    ['scanned', LINE],
    ['read exactly', EXACT],
  ])('fills what a record that is %s does not tell', (_how, text) => {
    expect(told([text, ENVELOPE])[0]).toMatchObject({
      service: 'pay',
      gateway: 'edge',
      host: 'other',
      requestId: 'e1',
      traceId: 't1',
      path: '/a/7',
      status: 502,
    })
  })

  it('yields to what the record tells', () => {
    expect(told([NAMED, ENVELOPE])[0]).toMatchObject({ host: 'shop.example', requestId: 'r9', service: 'pay' })
    expect(told([NAMED, ENVELOPE])[0]?.['tsMs']).toBe(Date.UTC(2026, 10, 22, 23, 20, 26))
  })

  it.each([
    ['a time of its own', 1_795_389_630_171, true],
    ['a time in whole seconds, which tells no batch from another', 1_795_389_630_000, false],
  ])('may be %s', (_what, tsMs, subSecond) => {
    for (const text of ['{"status":200}', EXACT]) expect(told([text, { tsMs }])[0]).toMatchObject({ tsMs, subSecond })
  })

  it('tells a record from the same one by a fine time, also where the record has a coarse one of its own', () => {
    const timed = EXACT.replace('{', '{"ts":"2026-11-22T23:20:26Z",')
    for (const text of [LINE, timed]) {
      expect(told([text, ENVELOPE])[0]).toMatchObject({ tsMs: Date.UTC(2026, 10, 22, 23, 20, 26), subSecond: true })
      expect(told([text, { tsMs: 1_795_389_630_000 }])[0]).toMatchObject({ subSecond: false })
    }
  })

  it('holds for its part only', () => {
    expect(told([LINE, ENVELOPE], [LINE, null], [LINE, { service: 'cart' }]).map(({ service }) => service)).toEqual([
      'pay',
      '',
      'cart',
    ])
  })

  it('is cut and mended as any label', () => {
    const [call] = told([LINE, { service: ` a\0b `, gateway: 'x'.repeat(300), host: '-' }])
    expect(call).toMatchObject({ service: 'a\u00EF\u00BF\u00BDb', gateway: 'x'.repeat(200), host: '' })
  })
})

it('no part spoils the next, whatever it leaves open', () => {
  const parts = ['{"status":200', '[{"status":200},', '{"events":[{"status":200}', '"', '{', '[', LINE]
  const calls = told(...parts.map((text) => [text, null] as [string, null]))
  expect(calls.at(-1)).toMatchObject({ status: 502 })
  expect(calls.filter(({ reject }) => reject === undefined)).toHaveLength(3)
})
