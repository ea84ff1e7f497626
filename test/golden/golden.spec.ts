import { BodyScanner, EventView, parseCombinedRecord, parseJsonRecord, ViewWriter } from '#event'
import type { EventSink, FormatName, HttpEvent, Parsed } from '#event'
import { readGoldenFile } from './golden-file.js'

const JSON_READING = { timeZone: 'UTC', maxDepth: 32 }
const FILES: [FormatName, (line: string) => Parsed][] = [
  ['combined', (line) => parseCombinedRecord(line)],
  ['json', (line) => parseJsonRecord(line, { ...JSON_READING, bareUnit: 'ms' })],
  ['nginx_json', (line) => parseJsonRecord(line, { ...JSON_READING, bareUnit: 's' })],
]

/** The numbers and texts of a view. */
function contentOf(view: EventView) {
  const text = (from: number, to: number) => Buffer.from(view.bytes).subarray(from, to).toString()
  return {
    numbers: [view.tsMs, view.subSecond, view.status, view.upstreamStatus, view.upstreamBytes, view.retries],
    more: [view.responseBytes, view.durationMs, view.method, view.protocol, view.outcome, view.owner],
    gateway: text(view.gatewayFrom, view.gatewayTo),
    service: text(view.serviceFrom, view.serviceTo),
    host: text(view.hostFrom, view.hostTo),
    route: text(view.routeFrom, view.routeTo),
    path: text(view.pathFrom, view.pathTo),
    consumer: text(view.consumerFrom, view.consumerTo),
    requestId: text(view.requestIdFrom, view.requestIdTo),
    traceId: text(view.traceIdFrom, view.traceIdTo),
  }
}

function written(event: HttpEvent) {
  const view = new EventView()
  new ViewWriter().write(event, view)
  return contentOf(view)
}

/** What a sink is told about a body of this one line. */
function scanned(line: string, format: FormatName): unknown[] {
  const told: unknown[] = []
  const sink: EventSink = {
    event: (view) => told.push(contentOf(view)),
    reject: (reason) => told.push(reason),
  }
  const scanner = new BodyScanner({ format }, sink)
  scanner.push(new TextEncoder().encode(`${line}\n`))
  scanner.end()
  return told
}

describe.each(FILES)('golden lines of %s', (format, parse) => {
  const entries = readGoldenFile(`./${format}.golden`)

  it('holds at least 25 lines', () => expect(entries.length).toBeGreaterThanOrEqual(25))

  it.each(entries)('$why', ({ line, expected }) => {
    const parsed = parse(line)
    expect(JSON.parse(JSON.stringify(parsed))).toEqual(expected)
    // A wrapped record is unwrapped by the scanner, not by the parser of one record.
    if ('reject' in parsed && parsed.reject === 'missing_status') return
    expect(scanned(line, format)).toEqual(['reject' in parsed ? parsed.reject : written(parsed)])
  })
})
