import { BUILT_IN_FORMATS, METHODS, type HttpEvent } from '#event'
import { DOOR_KEY, DoorUnderTest } from '../../apps/server/doors/testing/door-under-test.js'
import { readGoldenFile } from './golden-file.js'

/* The golden pairs once more, through the ingest endpoint, the journal, the fold and GraphQL. */

const FORMATS = BUILT_IN_FORMATS.names.filter((name) => name !== 'auto' && name !== 'common')

type Expected = HttpEvent | { readonly reject: string } | 'header'
type Counts = Record<string, number>

interface Row {
  readonly gateway: string
  readonly service: string
  readonly method: string
  readonly code: number | null
  readonly counts: { readonly count: number }
}

let door: DoorUnderTest

beforeAll(async () => {
  door = await DoorUnderTest.start()
})
afterAll(() => door.stop())

const KNOWN_METHODS: ReadonlySet<string> = new Set(METHODS)

/** Under which labels an event counts; the source stands for what it does not tell. */
function labelsOf(event: HttpEvent, source: string): string {
  const method = event.graphql?.type?.toUpperCase() ?? event.method ?? '_OTHER'
  const service = event.service ?? event.host ?? source
  return [event.gateway ?? source, service, KNOWN_METHODS.has(method) ? method : '_OTHER', event.status].join(' | ')
}

const DAY_MS = 86_400_000
/** A replay takes events of the last five years, and none from the future. */
const OLDEST_MS = Date.now() - 5 * 366 * DAY_MS
const LATEST_MS = Date.now() + 10 * 60_000

function isOutside(tsMs: number | null): boolean {
  return tsMs !== null && (tsMs < OLDEST_MS || tsMs > LATEST_MS)
}

function expectedOf(format: string): { readonly counts: Counts; readonly total: number; readonly rejected: number } {
  const counts: Counts = {}
  let total = 0
  let rejected = 0
  for (const { expected } of readGoldenFile(`./${format}.golden`)) {
    const told = expected as Expected
    if (told === 'header') continue
    if ('reject' in told || isOutside(told.tsMs)) {
      rejected++
      continue
    }
    const labels = labelsOf(told, format)
    const weight = Math.round(told.weight ?? 1)
    counts[labels] = (counts[labels] ?? 0) + weight
    total += weight
  }
  return { counts, total, rejected }
}

/** Every line is a body of its own: a header of one golden line must not explain the next. */
async function send(format: string): Promise<void> {
  for (const [index, { line }] of readGoldenFile(`./${format}.golden`).entries()) {
    const reply = await door.send(`/v1/ingest/${format}?format=${format}`, `${line}\n`, {
      'x-api-key': DOOR_KEY,
      'x-statusline-replay': '1',
      'idempotency-key': `${format} ${index}`,
    })
    expect([line, reply.status]).toEqual([line, 202])
  }
}

async function countsOf(format: string): Promise<Counts> {
  const { breakdown } = await door.graphql<{ breakdown: { rows: Row[]; remainder: object | null } }>(
    `{ breakdown(range: { from: "2022-01-01T00:00:00Z" }, by: [GATEWAY, SERVICE, METHOD, CODE], first: 500,
                 filter: { source: ["${format}"] })
       { rows { gateway service method code counts { count } } } }`,
  )
  return Object.fromEntries(
    breakdown.rows.map(({ gateway, service, method, code, counts }) => [
      [gateway, service, method, code].join(' | '),
      counts.count,
    ]),
  )
}

it.each(FORMATS)('golden lines of %s are counted as they are read', async (format) => {
  const expected = expectedOf(format)
  await send(format)
  const entries = readGoldenFile(`./${format}.golden`).filter(({ expected: told }) => told !== 'header').length
  const ledger = await door.ledger(format, entries)
  expect(ledger).toEqual({ accepted: entries - expected.rejected, duplicate: 0, rejected: expected.rejected })
  expect(await countsOf(format)).toEqual(expected.counts)
})
