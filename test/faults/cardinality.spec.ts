import { setTimeout as wait } from 'node:timers/promises'
import { seededRandom } from '#platform'
import { ServerProcess, pollUntil } from '#testing'
import { expectCounted } from './expect-counted.js'
import { BODY_LINES, DistinctPaths, logTime, Poster } from './flood.js'
import { ResidentSamples } from './resident.js'
import { printedSeed } from './seed.js'

/** Events with a path each of its own; FLOOD_EVENTS takes fewer. */
const FLOOD_EVENTS = Number(process.env['FLOOD_EVENTS'] ?? 10_000_000)
const SENDERS = 4
const MAX_MIB = 400
/** With 1,000 sources and 200,000 series in use, and the budgets full. */
const MAX_MIB_FULL = 450
/** More names than the budget of sources, which is 1,000. */
const SOURCES = 1_500
const EVENTS_OF_SOURCE = 100
const SERIES_BUDGET = 200_000
/** How far the resident memory may rise between the second and the last third of a flood. */
const BAND_MIB = 60

let server: ServerProcess
let poster: Poster

beforeAll(async () => {
  server = await ServerProcess.start()
  poster = new Poster(server.url)
})
afterAll(async () => {
  poster.close()
  await server.remove()
})

/** Sends until it is acknowledged; answers with the accepted events. */
async function deliver(source: string, body: Buffer | string, key: string): Promise<number> {
  const path = `/v1/ingest/${encodeURIComponent(source)}`
  for (;;) {
    const { status, text } = await poster.post(path, body, { 'idempotency-key': key })
    if (status === 202) return (JSON.parse(text) as { accepted: number }).accepted
    if (status !== 429 && status !== 503) throw new Error(`${status} ${text}`)
    await wait(50) // before the next try; the test has a deadline of its own
  }
}

/** Lets several senders work through numbered deliveries; answers with what was accepted in all. */
async function deliverAll(deliveries: number, one: (n: number) => Promise<number>): Promise<number> {
  let next = 0
  let accepted = 0
  const sender = async () => {
    for (let n = next++; n < deliveries; n = next++) {
      const more = await one(n)
      accepted += more
    }
  }
  await Promise.all(Array.from({ length: SENDERS }, sender))
  return accepted
}

interface SourceRow {
  readonly name: string
  readonly seriesUsed: number
  readonly seriesBudget: number
}

async function sources(): Promise<SourceRow[]> {
  return (await server.graphql<{ sources: SourceRow[] }>('{ sources { name seriesUsed seriesBudget } }')).sources
}

/** A service that behaves: four routes, sent before, while and after others do not. */
const QUIET = { '/cart/{id}': 300, '/orders': 200, '/health': 500, '/search': 100 } as const

function quietBody(): string {
  const at = logTime(Date.now())
  return Object.entries(QUIET)
    .flatMap(([route, times]) =>
      Array.from({ length: times }, (_, n) => {
        const path = route.replace('{id}', String(1000 + n))
        return `192.0.2.1 - - [${at}] "GET ${path} HTTP/1.1" 200 5 "-" "q" host=quiet.example\n`
      }),
    )
    .join('')
}

let quietBodies = 0

async function sendQuiet(): Promise<void> {
  quietBodies += 1
  expect(await deliver('quiet', quietBody(), `quiet-${quietBodies}`)).toBe(1_100)
}

async function expectQuietUntouched(): Promise<void> {
  await expectCounted(server, 'quiet', quietBodies * 1_100, 300_000)
  const { breakdown } = await server.graphql<{
    breakdown: { rows: { service: string; route: string; counts: { count: number } }[]; remainder: unknown }
  }>(
    `{ breakdown(range: { last: "2h" }, by: [SERVICE, ROUTE], filter: { source: ["quiet"] }) {
         rows { service route counts { count } } remainder { count } } }`,
  )
  expect(Object.fromEntries(breakdown.rows.map((row) => [`${row.service}${row.route}`, row.counts.count]))).toEqual(
    Object.fromEntries(Object.entries(QUIET).map(([route, n]) => [`quiet.example${route}`, n * quietBodies])),
  )
  expect(breakdown.remainder).toBeNull()
}

it(`counts ${FLOOD_EVENTS} events with a path each of its own, in flat memory`, async () => {
  await sendQuiet()
  const paths = new DistinctPaths(Date.now())
  const deliveries = Math.ceil(FLOOD_EVENTS / BODY_LINES)
  const startedMs = performance.now()
  let seconds = 0
  const { result: accepted, resident } = await ResidentSamples.during(server.pid, async () => {
    const sum = await deliverAll(deliveries, async (n) => {
      if (n === deliveries >>> 1) await sendQuiet()
      return deliver('flood', paths.next(), `flood-${n}`)
    })
    seconds = (performance.now() - startedMs) / 1_000
    await expectCounted(server, 'flood', deliveries * BODY_LINES, 300_000)
    return sum
  })
  process.stderr.write(
    `${accepted} distinct paths in ${seconds.toFixed(1)} s (${Math.round(accepted / seconds)}/s); ${resident}\n`,
  )
  expect(accepted).toBe(deliveries * BODY_LINES)
  expect(paths.given).toBe(accepted)
  expect(resident.growth).toBeLessThan(BAND_MIB)
  expect(resident.highest).toBeLessThan(MAX_MIB)

  const flood = (await sources()).find(({ name }) => name === 'flood')!
  expect(flood.seriesUsed).toBeGreaterThan(100)
  expect(flood.seriesUsed).toBeLessThanOrEqual(flood.seriesBudget)
  await sendQuiet()
  await expectQuietUntouched()
}, 900_000)

const all = async (): Promise<number> => {
  const { breakdown } = await server.graphql<{ breakdown: { total: { count: number } } }>(
    '{ breakdown(range: { last: "2h" }, by: [CODE]) { total { count } } }',
  )
  return breakdown.total.count
}

it('counts random hosts, methods and source names exactly, in memory that is flat once the budgets are used up', async () => {
  const random = seededRandom(printedSeed())
  const word = () => Math.floor(random() * 2 ** 52).toString(36)
  const line = (at: string, n: number) =>
    `192.0.2.1 - - [${at}] "${n % 2 === 0 ? word().toUpperCase() : 'GET'} /${word()} HTTP/1.1" 200 5 "-" "q" host=${word()}.example\n`
  const body = () => {
    const at = logTime(Date.now())
    return Array.from({ length: EVENTS_OF_SOURCE }, (_, n) => line(at, n)).join('')
  }
  /** Sends a body of random lines for each name and waits until all of it is counted. */
  const wave = async (key: string, names: readonly string[]): Promise<ResidentSamples> => {
    const before = await all()
    const events = names.length * EVENTS_OF_SOURCE
    const startedMs = performance.now()
    const { result: accepted, resident } = await ResidentSamples.during(server.pid, async () => {
      const sum = await deliverAll(names.length, (n) => deliver(names[n]!, body(), key))
      await pollUntil(async () => (await all()) >= before + events, {
        deadlineMs: 300_000,
        everyMs: 200,
        what: 'the random sources to be counted',
      })
      return sum
    })
    const seconds = (performance.now() - startedMs) / 1_000
    process.stderr.write(`${accepted} random events in ${seconds.toFixed(1)} s; ${resident}\n`)
    expect(accepted).toBe(events)
    expect(await all()).toBe(before + events)
    return resident
  }
  const names = Array.from({ length: SOURCES }, (_, n) => `s${n}-${word()}`)
  await wave('first', names)
  const first = await wave('second', names)
  const others = names.map((name, n) => (n % 2 === 0 ? name : `t${n}-${word()}`))
  const second = await wave('third', others)
  expect(second.last - first.last).toBeLessThan(BAND_MIB)
  expect(second.highest).toBeLessThan(MAX_MIB_FULL)

  const known = await sources()
  expect(known.filter(({ name }) => name !== '{other}')).toHaveLength(1_000)
  expect(known.map(({ name }) => name)).toContain('{other}')
  for (const { seriesUsed, seriesBudget } of known) expect(seriesUsed).toBeLessThanOrEqual(seriesBudget)
  const series = known.reduce((sum, { seriesUsed }) => sum + seriesUsed, 0)
  process.stderr.write(`${known.length} sources, ${series} series\n`)
  // Each source is granted 50, whatever the others have taken.
  expect(series).toBeLessThanOrEqual(SERIES_BUDGET + 50 * known.length)
  await sendQuiet()
  await expectQuietUntouched()
}, 900_000)
