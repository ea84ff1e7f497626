import {
  LABEL_LIMITS,
  labelLimitsFor,
  LabelTable,
  NO_ROUTE_LABEL,
  OTHER_LABEL,
  SOURCE_LABEL,
  type LabelLimits,
} from './label-table.js'

const LIMITS: LabelLimits = { gateways: 2, services: 3, routesPerService: 4, labels: 16 }
const table = (limits: LabelLimits = LIMITS): LabelTable => new LabelTable('edge', 0, limits)
const service = (to: LabelTable, name: string): number => to.service(Buffer.from(name), 0, Buffer.byteLength(name))
const route = (to: LabelTable, of: number, name: string): number =>
  to.route(of, Buffer.from(name), 0, Buffer.byteLength(name))

describe('a label table', () => {
  it('begins with the words that are no labels of a sender', () => {
    expect([OTHER_LABEL, NO_ROUTE_LABEL, SOURCE_LABEL].map((label) => table().text(label))).toEqual([
      '{other}',
      '{none}',
      'edge',
    ])
  })

  it('gives the same label to the same bytes, wherever they stand', () => {
    const labels = table()
    const cart = service(labels, 'cart')
    expect(labels.service(Buffer.from('xxcartxx'), 2, 6)).toBe(cart)
    expect(service(labels, 'card')).not.toBe(cart)
    expect(labels.text(cart)).toBe('cart')
  })

  it('past the routes of a service answers {other}, for that service alone', () => {
    const labels = table()
    const [a, b] = [service(labels, 'a'), service(labels, 'b')]
    const routes = ['/1', '/2', '/3', '/4'].map((name) => route(labels, a, name))
    expect(labels.isFull).toBe(false)
    expect(route(labels, a, '/5')).toBe(OTHER_LABEL)
    expect(labels.isFull).toBe(true)
    expect(route(labels, a, '/4')).toBe(routes[3])
    expect(labels.text(route(labels, b, '/5'))).toBe('/5')
    expect(route(labels, b, '/1')).not.toBe(routes[0])
  })

  it('past the services answers {other}, and stays with those it knows', () => {
    const labels = table()
    const known = ['a', 'b', 'c'].map((name) => service(labels, name))
    expect(service(labels, 'd')).toBe(OTHER_LABEL)
    expect(['a', 'b', 'c'].map((name) => service(labels, name))).toEqual(known)
  })

  it('holds memory flat under ten thousand times its labels', () => {
    const labels = table({ gateways: 100, services: 100, routesPerService: 100, labels: 1000 })
    for (let name = 0; name < 20_000; name++) route(labels, service(labels, `s${name % 150}`), `/${name}`)
    const held = labels.heldBytes
    for (let name = 0; name < 200_000; name++) route(labels, service(labels, `t${name}`), `/x${name}`)
    expect(labels.heldBytes).toBe(held)
    expect(labels.length).toBeLessThanOrEqual(1003)
    expect(held).toBeLessThan(300_000)
  })

  it.each([
    ['a NUL', Buffer.from('a\0b'), 'a\uFFFDb'],
    ['broken UTF-8', Buffer.from([0x61, 0xff, 0x62]), 'a\uFFFDb'],
    ['half of a surrogate pair', Buffer.from([0xed, 0xa0, 0x80]), '\uFFFD\uFFFD\uFFFD'],
    ['a byte order mark', Buffer.from('\uFEFFa'), '\uFEFFa'],
    ['more than fits, cut between characters', Buffer.from('ä'.repeat(101).padStart(102, 'x')), `x${'ä'.repeat(99)}`],
  ])('reads %s as storable text', (_, bytes, text) => {
    const labels = table()
    expect(labels.text(labels.service(bytes, 0, bytes.length))).toBe(text)
  })
})

describe('the limits of a source', () => {
  it('are those without a word where its budgets are not raised', () => {
    expect(labelLimitsFor(10_000, 500)).toEqual(LABEL_LIMITS)
    expect(labelLimitsFor(1, 1)).toEqual(LABEL_LIMITS)
  })

  it('grow with its budgets, as far as a table can hold', () => {
    expect(labelLimitsFor(50_000, 900)).toEqual({
      gateways: 5_000,
      services: 10_000,
      routesPerService: 900,
      labels: 81_920,
    })
    expect(labelLimitsFor(10_000_000, 1_000_000)).toMatchObject({ services: 2_000_000, labels: 10_000_000 })
  })
})
