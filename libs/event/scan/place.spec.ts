import * as fc from 'fast-check'
import { BodyScanner } from '../body/body-scanner.js'
import type { EventSink } from '../event-sink.js'
import { EventView } from '../event-view.js'
import { templateOf } from '../route/template.js'
import { cuts } from '../testing/arbitraries/bodies.js'
import { anyPath, usualPath } from '../testing/arbitraries/paths.js'
import { ByteScanner } from './byte-scanner.js'

const NUM_RUNS = Number(process.env['STATUSLINE_PROPERTY_RUNS'] ?? 300)
const encoder = new TextEncoder()

/** Texts that stand for one place. */
type Names = readonly [gateway: string, service: string, route: string]

/** Checks of every event that its place and those of all before stand for the same where the texts do, and only there. */
class PlaceSink implements EventSink {
  events = 0
  numbered = 0
  readonly epochs = new Set<number>()
  readonly #names = new Map<string, string>()
  readonly #places = new Map<string, string>()

  event(view: EventView): void {
    this.events++
    if (view.place === 0) return
    this.numbered++
    this.epochs.add(view.placeEpoch)
    const place = `${view.placeEpoch} ${view.place}`
    const names = `${view.placeEpoch} ${JSON.stringify(namesOf(view))}`
    if (!this.#names.has(place)) this.#names.set(place, names)
    if (!this.#places.has(names)) this.#places.set(names, place)
    // A call of `expect` costs more than all else here.
    if (this.#names.get(place) !== names || this.#places.get(names) !== place)
      expect([this.#names.get(place), this.#places.get(names)]).toEqual([names, place])
  }

  reject(): void {
    this.events++
  }
}

const namesOf = (view: EventView): Names => {
  const text = (from: number, to: number) => Buffer.from(view.bytes.subarray(from, to)).toString()
  const service = text(view.serviceFrom, view.serviceTo)
  const route = text(view.routeFrom, view.routeTo)
  const path = text(view.pathFrom, view.pathTo)
  return [
    text(view.gatewayFrom, view.gatewayTo),
    service === '' ? text(view.hostFrom, view.hostTo) : service,
    route === '' && path !== '' ? templateOf(path) : route,
  ]
}

const jsonOf = (path: string, more: object = {}): string => `${JSON.stringify({ status: 200, path, ...more })}\n`
const lineOf = (path: string): string =>
  `192.0.2.1 - - [23/Nov/2026:11:00:07 +0000] "GET ${path} HTTP/1.1" 200 5 "-" "-"\n`

/** Reads a body, in pieces. */
const read = (text: string, sink: EventSink, places: readonly number[] = []): void => {
  const body = encoder.encode(text)
  const scanner = new BodyScanner({}, sink)
  const ends = [...new Set(places.map((place) => place % (body.length + 1)))].sort((a, b) => a - b)
  let from = 0
  for (const end of [...ends, body.length]) {
    scanner.push(body.slice(from, end))
    from = end
  }
  scanner.end()
}

/** The places of records that have come before: what comes for the first time has none. */
const placesOf = (...records: string[]): number[] => {
  const places: number[] = []
  read(records.join('').repeat(3), { event: (view) => places.push(view.place), reject: () => places.push(-1) })
  return places.slice(-records.length)
}

describe('the place that a scanner gives an event', () => {
  it.each([
    ['usual paths', usualPath],
    ['odd paths', anyPath],
  ])('stands for gateway, service and the template of %s, and no other, however the body is cut', (_name, paths) => {
    const sink = new PlaceSink()
    const label = fc.constantFrom('', 'edge', 'cart', '/api', '/api/{id}', 'x'.repeat(17), 'x'.repeat(200))
    const names = fc.record({ gateway: label, service: label, host: label, route: fc.oneof(label, fc.constant('')) })
    const record = fc.oneof(
      // The route told beside it is the one that the path must get.
      paths.map((path) => jsonOf(path) + jsonOf('/', { route: templateOf(path) })),
      paths.map(lineOf),
      fc.tuple(paths, names).map(([path, labels]) => jsonOf(path, labels)),
    )
    fc.assert(
      fc.property(fc.array(record, { minLength: 1, maxLength: 12 }), cuts, (records, places) => {
        read(records.join('').repeat(3), sink, places)
      }),
      { numRuns: NUM_RUNS },
    )
    expect(sink.numbered).toBeGreaterThan(sink.events / 20)
  })

  it.each([
    ['/', '/'],
    ['/api/v1/orders/77', '/api/v1/orders/{id}'],
    ['/users/3f2504e0-4f89-11d3-9a0c-0305e82c3301/cart', '/users/{uuid}/cart'],
    ['/objects/507f1f77bcf86cd799439011', '/objects/{hex}'],
    ['/users/11111111-2222-3333-4444-555555555555', '/users/{id}'],
    ['/reports/2026-11-22T23:20:26Z', '/reports/{date}'],
    ['/video/dQw4w9WgXcQ/', '/video/{token}'],
    ['/abcdefabcdefabcd/a', '/{hex}/a'],
    [`/api/${'w'.repeat(33)}`, '/api/{token}'],
    [`/${'a1b2/'.repeat(12)}`, `/${'a1b2/'.repeat(12).slice(0, -1)}`],
    [`/a/3f2504e0-4f89-11d3-9a0c-0305e82c3301/b/${'7'.repeat(64)}/c?d=/e`, '/a/{uuid}/b/{id}/c'],
    ['/api/v1/%7Bid%7D', '/api/v1/{token}'],
  ])('is that of the template: %s, %s', (path, template) => {
    const [told, ofJson, ofLine] = placesOf(jsonOf('/x', { route: template }), jsonOf(path), lineOf(path))
    expect(told).toBeGreaterThan(0)
    expect([ofJson, ofLine]).toEqual([told, told])
  })

  it.each([
    ['double slashes', '/a//b'],
    ['parameters', '/a;v=1/b'],
    ['thirteen segments', '/a'.repeat(13)],
    ['a long path', `/${'abcdefghi/'.repeat(10)}${'klmnopqrst-'.repeat(10)}`],
    ['a long segment', `/${'7'.repeat(65)}`],
    ['no slash', 'a/7'],
    ['the server as a whole', '*'],
    ['an authority', 'shop.example:443'],
    ['an absolute form', 'http://shop.example/a'],
    ['text outside ASCII', '/ü'],
  ])('is none for %s', (_what, path) => {
    expect(placesOf(jsonOf(path), jsonOf('/a', { service: path === '/a//b' ? 'cart' : '' }))[0]).toBe(0)
  })

  it.each(['/1', '/%', '/a-', '/'])('survives paths of nothing but %s', (segment) => {
    const sink = new PlaceSink()
    const known = [jsonOf('/a/7', { service: 'cart' }), jsonOf('/b/c'), lineOf('/d/2026-11')].join('')
    const many = Array.from({ length: 200 }, (_, at) => jsonOf(segment.repeat(at + 1)) + lineOf(segment.repeat(at + 1)))
    read(known.repeat(3) + many.join(known), sink)
    expect(sink.epochs.size).toBe(1)
    expect(sink.numbered).toBeGreaterThanOrEqual(3 * 200)
    expect(placesOf(jsonOf('/a/7'), jsonOf('/a/8'))[1]).toBeGreaterThan(0)
  })

  it('is the same for a host as for a service, and another for a gateway', () => {
    const [service, host, both, gateway] = placesOf(
      jsonOf('/a', { service: 'shop' }),
      jsonOf('/a', { host: 'shop' }),
      jsonOf('/a', { host: 'cart', service: 'shop' }),
      jsonOf('/a', { gateway: 'shop' }),
    )
    expect([host, both]).toEqual([service, service])
    expect(gateway).not.toBe(service)
  })

  it('is not the same for texts that only share their hash', () => {
    const [one, other] = placesOf(jsonOf('/a', { service: 'cart-gcrv' }), jsonOf('/a', { service: 'cart-lkch' }))
    expect(one).toBeGreaterThan(0)
    expect(other).not.toBe(one)
  })

  it('is given anew in another epoch when there are too many texts', () => {
    const sink = new PlaceSink()
    const words = Array.from(
      { length: 5000 },
      (_, at) => `/${at.toString(26).replaceAll(/\d/g, (d) => 'qrstuvwxyz'[+d]!)}`,
    )
    read(words.map((word) => jsonOf(word).repeat(3) + lineOf('/hot/7')).join(''), sink)
    expect(sink.epochs.size).toBeGreaterThan(3)
    expect(sink.epochs.size).toBeLessThan(10)
    expect(sink.numbered).toBeGreaterThan(0.6 * sink.events)
  })

  it('is kept while words come that do not come again', () => {
    const sink = new PlaceSink()
    const records = Array.from({ length: 20_000 }, (_, at) =>
      jsonOf(`/w${at.toString(2).replaceAll('0', 'a').replaceAll('1', 'b')}`),
    )
    read(records.map((record) => record + lineOf('/hot/7')).join(''), sink)
    expect(sink.epochs.size).toBeLessThan(3)
    expect(sink.numbered).toBeGreaterThan(0.49 * sink.events)
    expect(sink.numbered).toBeLessThan(0.51 * sink.events)
  })

  it('is of an epoch that no other scanner of the thread has', () => {
    const view = new EventView()
    const epochs = Array.from({ length: 3 }, () => {
      new ByteScanner().scanObject(encoder.encode(jsonOf('/a')), 0, view, undefined)
      return view.placeEpoch
    })
    expect(new Set(epochs).size).toBe(3)
  })

  it('is none where the wrapping tells a label', () => {
    const places: number[] = []
    const scanner = new BodyScanner({}, { event: ({ place }) => places.push(place), reject: () => places.push(-1) })
    const text = encoder.encode(jsonOf('/a', { host: 'shop', gateway: 'edge' }))
    for (const envelope of [null, null, null, { service: 'cart' }, { gateway: 'other' }, null])
      scanner.part(text, envelope)
    scanner.end()
    const [known, ...others] = places.slice(2)
    expect(known).toBeGreaterThan(0)
    expect(others).toEqual([0, known, known])
  })
})
