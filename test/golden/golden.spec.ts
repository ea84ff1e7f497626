import { readdirSync } from 'node:fs'
import { BUILT_IN_FORMATS, BodyScanner, EventView, RecordParser, ViewWriter } from '#event'
import type { EventSink, Format, HttpEvent } from '#event'
import { readGoldenFile } from './golden-file.js'

const READING = { timeZone: 'UTC', maxDepth: 32 }
/** The golden file of a format bears its name; `common` is read by the reader of `combined`. */
const FORMATS = BUILT_IN_FORMATS.all.filter(({ name }) => name !== 'auto' && name !== 'common')

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
function scanned(line: string, format: Format): unknown[] {
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

it('has a file for every format', () => {
  const files = readdirSync(import.meta.dirname).filter((name) => name.endsWith('.golden'))
  expect(files.toSorted()).toEqual(FORMATS.map(({ name }) => `${name}.golden`).toSorted())
})

describe.each(FORMATS)('golden lines of $name', (format) => {
  const entries = readGoldenFile(`./${format.name}.golden`)
  const parser = new RecordParser(format, READING)

  it('holds at least 25 lines', () => expect(entries.length).toBeGreaterThanOrEqual(25))

  it.each(entries)('$why', ({ line, expected }) => {
    parser.begin()
    const read = line.startsWith('{') ? parser.json(line) : parser.line(line)
    expect(JSON.parse(JSON.stringify(read))).toEqual(expected)
    const told = read === 'header' ? [] : ['reject' in read ? read.reject : written(read)]
    expect(scanned(line, format)).toEqual(told)
  })
})
