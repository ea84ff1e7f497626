import { lineOf, requests } from '../corpus.js'
import { EDGES_MS, PlainSums } from './plain-sums.js'

const line = (fields: Record<string, unknown>): string =>
  JSON.stringify({
    ts: '2026-11-02T11:00:00.000Z',
    gateway: 'edge-1',
    service: 'shop',
    method: 'GET',
    path: '/',
    status: 200,
    bytes: 10,
    duration_ms: 20,
    ...fields,
  })

const sumsOf = (lines: readonly string[]): PlainSums => {
  const sums = new PlainSums()
  for (const one of lines) sums.add(one)
  return sums
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)

describe('plain sums', () => {
  it('hold every generated line once, in its ten seconds and in the histogram', () => {
    const made = [...requests(5_000)]
    const cells = [...sumsOf(made.map((request) => lineOf('ndjson', request))).cells.values()]
    expect(sum(cells.map(({ count }) => count))).toBe(5_000)
    expect(sum(cells.flatMap(({ histogram }) => [...histogram]))).toBe(5_000)
    expect(sum(cells.map(({ bytes }) => bytes))).toBe(sum(made.map(({ bytes }) => bytes)))
    expect(sum(cells.map(({ durationMs }) => durationMs))).toBe(sum(made.map(({ durationMs }) => durationMs)))
    expect(cells.filter(({ status }) => status === 429).length).toBeGreaterThan(0)
  })

  it.each<[string, Record<string, unknown>, number]>([
    ['the same again is the same cell', {}, 1],
    ['ten seconds later it is another cell', { ts: '2026-11-02T11:00:10.000Z' }, 2],
    ['the same instant in another zone is the same cell', { ts: '2026-11-02T12:00:03+01:00' }, 1],
    ['another second is the same cell', { ts: '2026-11-02T11:00:09.999Z' }, 1],
    ['another query is the same route', { path: '/?page=7' }, 1],
    ['another route is another cell', { path: '/cart' }, 2],
    ['another status is another cell', { status: 404 }, 2],
    ['another method is another cell', { method: 'PUT' }, 2],
  ])('%s', (_, fields, cells) => expect(sumsOf([line({}), line(fields)]).cells.size).toBe(cells))

  it.each([
    ['numbers', '/orders/1000/items/9000000', '/orders/{id}/items/{id}'],
    ['UUIDs', '/users/01234567-89ab-4cde-af01-23456789abcd/profile', '/users/{uuid}/profile'],
    ['hex digits', '/sessions/0123456789abcdef01234567', '/sessions/{hex}'],
    ['dates', '/reports/2026-11-23', '/reports/{date}'],
    ['words', '/assets/app.js', '/assets/app.js'],
  ])('template %s in paths', (_, path, route) =>
    expect([...sumsOf([line({ path })]).cells.keys()]).toEqual([
      `${Date.UTC(2026, 10, 2, 11) / 10_000} edge-1 shop ${route} GET 200`,
    ]),
  )

  it('count a duration at the edge with those below it, and those beyond all edges last', () => {
    const [cell] = sumsOf([
      line({ duration_ms: 5 }),
      line({ duration_ms: 6 }),
      line({ duration_ms: 20_000 }),
    ]).cells.values()
    expect([...cell!.histogram]).toEqual([1, 1, ...EDGES_MS.slice(2).map(() => 0), 1])
  })
})
