import { accessLine, DOOR_KEY, DoorUnderTest } from '../doors/testing/door-under-test.js'

let door: DoorUnderTest

beforeAll(async () => {
  door = await DoorUnderTest.start()
})
afterAll(() => door.stop())

const BEARER = { authorization: `Bearer ${DOOR_KEY}` }
const LINES = 10

/** Lines whose own times are whole seconds, each with the time at which a shipper read it. */
const each = (write: (line: string, readAt: Date, at: number) => string, separator = '\n'): string =>
  Array.from({ length: LINES }, (_, at) =>
    write(accessLine(200, `/orders/${at}`), new Date(Math.floor(Date.now() / 1000) * 1000 + 37 * at + 1), at),
  ).join(separator)

const bulk = (fields: (line: string, readAt: Date) => object): string =>
  each((line, readAt) => `{"create":{}}\n${JSON.stringify(fields(line, readAt))}\n`, '')

const json = (fields: (line: string, readAt: Date) => object): string =>
  `[${each((line, readAt) => JSON.stringify(fields(line, readAt)), ',')}]`

describe('a batch whose wrapping tells fine times', () => {
  it.each<[string, (source: string) => string, () => string, Record<string, string>]>([
    [
      'the Datadog agent',
      (source) => `/api/v2/logs?ddsource=${source}`,
      () => json((message, readAt) => ({ message, timestamp: readAt.getTime(), ddsource: 'nginx' })),
      { 'dd-api-key': DOOR_KEY, 'content-type': 'application/json' },
    ],
    [
      'the es output of Fluent Bit',
      (source) => `/${source}/_bulk`,
      () => bulk((log, readAt) => ({ '@timestamp': readAt.toISOString(), log })),
      { ...BEARER, 'content-type': 'application/x-ndjson' },
    ],
    [
      'the http output of Fluent Bit',
      (source) => `/v1/ingest/${source}`,
      () => json((log, readAt) => ({ date: readAt.getTime() / 1000, log })),
      BEARER,
    ],
    [
      'the http sink of Vector',
      (source) => `/v1/ingest/${source}`,
      () => json((message, readAt) => ({ message, timestamp: readAt.toISOString(), source_type: 'file' })),
      BEARER,
    ],
    [
      "Docker's json-file driver",
      (source) => `/v1/ingest/${source}`,
      () => each((log, readAt) => JSON.stringify({ log, stream: 'stdout', time: readAt.toISOString() })),
      BEARER,
    ],
    [
      'a container runtime',
      (source) => `/v1/ingest/${source}`,
      () => each((line, readAt) => `${readAt.toISOString()} stdout F ${line}`),
      BEARER,
    ],
  ])('of %s counts once when it is sent again', async (shape, pathOf, bodyOf, headers) => {
    const source = shape.toLowerCase().replaceAll(/[^a-z]+/g, '-')
    const body = bodyOf()
    await door.send(pathOf(source), body, headers)
    await door.send(pathOf(source), body, headers)
    expect(await door.ledger(source, 2 * LINES)).toEqual({ accepted: LINES, duplicate: LINES, rejected: 0 })
  })
})
