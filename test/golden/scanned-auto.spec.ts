import { BUILT_IN_FORMATS, BodyScanner, RecordParser, ViewWriter, EventView, type EventSink } from '#event'
import { readGoldenFile } from './golden-file.js'

const FORMATS = BUILT_IN_FORMATS.names.filter((name) => !['auto', 'common'].includes(name))

/** What a sink is told about a record, as far as it tells who read it. */
function told(view: EventView) {
  const { status, durationMs, upstreamStatus, retries, tsMs } = view
  const text = (from: number, to: number) => Buffer.from(view.bytes).subarray(from, to).toString()
  return {
    numbers: { status, durationMs, upstreamStatus, retries, tsMs },
    service: text(view.serviceFrom, view.serviceTo),
    route: text(view.routeFrom, view.routeTo),
    path: text(view.pathFrom, view.pathTo),
    requestId: text(view.requestIdFrom, view.requestIdTo),
  }
}

/** By the whole scanner, which reads usual lines without the layouts. */
function scanned(line: string): unknown[] {
  const seen: unknown[] = []
  const sink: EventSink = { event: (view) => seen.push(told(view)), reject: (reason) => seen.push(reason) }
  const scanner = new BodyScanner({}, sink)
  scanner.push(new TextEncoder().encode(`${line}\n`))
  scanner.end()
  return seen
}

/** By the layouts alone. */
function parsed(line: string): unknown[] {
  const parser = new RecordParser(BUILT_IN_FORMATS.auto, { timeZone: 'UTC', maxDepth: 32 })
  const read = line.startsWith('{') ? parser.json(line) : parser.line(line)
  if (read === 'header') return []
  if ('reject' in read) return [read.reject]
  const view = new EventView()
  new ViewWriter().write(read, view)
  return [told(view)]
}

describe.each(FORMATS)('without a named format, lines of %s', (format) => {
  it.each(readGoldenFile(`./${format}.golden`))('are left to the layouts by the byte scanners: $why', ({ line }) => {
    expect(scanned(line)).toEqual(parsed(line))
  })
})
