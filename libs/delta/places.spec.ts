import * as fc from 'fast-check'
import { BodyScanner, routeWriter, type EventSink, type EventView } from '#event'
import { BatchTally } from './batch-tally.js'
import { LABEL_LIMITS, LabelTable, type LabelLimits } from './label-table.js'
import { DEFAULT_TALLY_LIMITS, type TallyOptions } from './tally-options.js'
import { tallyOptions } from './testing/specimen.js'

const NUM_RUNS = Number(process.env['STATUSLINE_PROPERTY_RUNS'] ?? 50)
const encoder = new TextEncoder()

/** The tally as it counts without a scanner's numbers. */
class Unnumbered implements EventSink {
  constructor(readonly tally: BatchTally) {}

  event(view: EventView): void {
    const { place } = view
    view.place = 0
    this.tally.event(view)
    view.place = place
  }

  reject(...rejected: Parameters<BatchTally['reject']>): void {
    this.tally.reject(...rejected)
  }
}

/** One source: its label table and a tally that takes its bodies one after another. */
class Source {
  readonly #options: TallyOptions
  readonly #tally: BatchTally
  readonly #scanner: BodyScanner

  constructor(
    options: Partial<TallyOptions>,
    limits: LabelLimits,
    readonly isNumbered: boolean,
  ) {
    this.#options = tallyOptions({ ...options, table: new LabelTable('edge', 0, limits) })
    this.#tally = new BatchTally(this.#options)
    this.#scanner = new BodyScanner({}, this.#tally)
  }

  /** What the tally says of a body. */
  read(body: string) {
    const { table } = this.#options
    this.#tally.begin(this.#options)
    this.#scanner.reset(this.isNumbered ? this.#tally : new Unnumbered(this.#tally))
    this.#scanner.push(encoder.encode(body))
    this.#scanner.end()
    const { series, cells, overflowed, ledger, word } = this.#tally.part()
    return {
      series: Array.from({ length: series.length }, (_, at) => [
        ...[series.gateway, series.service, series.route].map((column) => word(column[at]!)),
        ...[series.method, series.code, series.owner].map((column) => column[at]!),
      ]),
      cells: Array.from({ length: cells.length }, (_, at) => [cells.series[at], cells.bucket[at], cells.count[at]]),
      overflowed,
      ledger,
      isFull: table.isFull,
    }
  }
}

const name = fc.constantFrom('', 'a', 'b', 'cart', 'a-service-of-more-than-sixteen-bytes')
const path = fc.oneof(
  fc.constantFrom('/a', '/a/', '/a/1', '/a/2', '/b/{id}', '//b', '/orders/7/items/8', '/a/1;x'),
  fc.webPath(),
)
const record = fc.record({
  gateway: name,
  service: name,
  host: name,
  path,
  route: fc.oneof({ weight: 3, arbitrary: fc.constant('') }, fc.constantFrom('/a', '/b/{id}', 'name')),
  status: fc.constantFrom(200, 404, 502),
})
/** Few records, of which a body has many, half of them with statuses that make new series. */
const bodies = fc
  .tuple(
    fc.array(record, { minLength: 1, maxLength: 30 }),
    fc.array(fc.array(fc.nat(), { minLength: 1, maxLength: 9 }), { maxLength: 5 }),
  )
  .map(([records, turns]) =>
    turns.map((order) =>
      Array.from({ length: 500 }, (_, at) => {
        const one = records[(order[at % order.length]! + at) % records.length]!
        return `${JSON.stringify({ ...one, status: at % 2 === 0 ? 200 + (at % 97) : one.status })}\n`
      }).join(''),
    ),
  )

const FEW = { gateways: 2, services: 2, routesPerService: 3, labels: 9 }
const settings = fc.record({
  limits: fc.constantFrom(LABEL_LIMITS, FEW),
  routes: fc.constantFrom([], [], ['/a/1', '/orders/**']),
  maxSeries: fc.constantFrom(DEFAULT_TALLY_LIMITS.maxSeries, 8),
})

describe('events that a scanner has numbered', () => {
  it('count as they do without their numbers, of whatever source and after whatever bodies', () => {
    fc.assert(
      fc.property(fc.array(settings, { minLength: 1, maxLength: 3 }), bodies, (sources, texts) => {
        const pairs = sources.map(({ limits, routes, maxSeries }) => {
          const options = { writeRoute: routeWriter(routes), limits: { ...DEFAULT_TALLY_LIMITS, maxSeries } }
          return [new Source(options, limits, true), new Source(options, limits, false)] as const
        })
        for (const text of texts)
          for (const [numbered, unnumbered] of pairs) expect(numbered.read(text)).toEqual(unnumbered.read(text))
      }),
      { numRuns: NUM_RUNS },
    )
  })

  it('count the same when their numbers begin anew', () => {
    const [numbered, unnumbered] = [true, false].map(
      (is) => new Source({ writeRoute: routeWriter([]) }, LABEL_LIMITS, is),
    )
    const words = 'abcdefghijklmnopqrstuvwxyz'
    for (let body = 0; body < 6; body++) {
      const text = Array.from({ length: 1200 }, (_, at) => {
        const word = `/${words[at % 26]}${words[(at + body) % 25]}/${words[Math.floor(at / 26) % 26]}${words[body]}`
        return `{"status":200,"path":"${at % 3 === 0 ? `/hot/${at}` : word}"}\n`
      }).join('')
      expect(numbered!.read(text)).toEqual(unnumbered!.read(text))
    }
  })

  it('have the routes of their source where it has some', () => {
    const source = new Source({ writeRoute: routeWriter(['/a/1']) }, LABEL_LIMITS, true)
    const text = Array.from({ length: 2000 }, (_, at) => `{"status":200,"path":"/a/${at % 2}"}\n`).join('')
    const { series, cells } = source.read(text)
    expect(series.map(([, , route]) => route)).toEqual(['/a/{id}', '/a/1'])
    expect(cells.map(([, , count]) => count)).toEqual([1000, 1000])
  })

  it('are not asked for their labels again', () => {
    const options = tallyOptions({ writeRoute: routeWriter([]) })
    const { table } = options
    const tally = new BatchTally(options)
    const scanner = new BodyScanner({}, tally)
    const body = Array.from(
      { length: 400 },
      (_, at) => `{"status":${100 + (at % 200)},"service":"cart","path":"/a/${at}"}\n`,
    )
    let asked = 0
    const { route } = table
    table.route = (...of) => {
      asked++
      return route.apply(table, of)
    }
    for (let batch = 0; batch < 9; batch++) {
      tally.begin(options)
      scanner.reset(tally)
      scanner.push(encoder.encode(body.join('')))
      scanner.end()
    }
    expect(tally.seriesCount).toBe(200)
    expect(table.places.heldBytes).toBeGreaterThan(0)
    expect(asked).toBeLessThan(1000)
  })
})
