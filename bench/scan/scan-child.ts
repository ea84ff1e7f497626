import { closeSync, openSync, readSync } from 'node:fs'
import { Catalog } from '#catalog'
import { BatchTally, encodeBatches, LabelTable, seal } from '#delta'
import { BodyScanner, METHODS, routeWriter } from '#event'
import { BEGIN_MS, SPAN_MS } from '../span.js'
import { digestOfCells } from './plain-sums.js'

/*
 * node scan-child.js FILE [check]: reads the file as the server reads bodies of 1 MiB: scanned, summed, sealed and
 * encoded. Prints what it counted as JSON; with `check` also by status, and a digest of its cells.
 */
const BODY_BYTES = 1 << 20

const [file = '', mode] = process.argv.slice(2)
const source = 'bench'
const arrivedAtMs = BEGIN_MS + SPAN_MS
const catalog = new Catalog()
const options = {
  source,
  table: new LabelTable(source, arrivedAtMs),
  arrivedAtMs,
  replayed: false,
  delivery: 'exactly_once',
  outcomes: catalog.outcomeTable(source),
  owners: catalog.ownerTable(source),
  writeRoute: routeWriter([]),
} as const
const sums = new Map<string, { count: number; bytes: number; durationMs: number }>()
const tally = new BatchTally(options)
const scanner = new BodyScanner({}, tally)
const counted = {
  lines: 0,
  rejected: 0,
  deltaBytes: 0,
  bodies: 0,
  maxRssBytes: 0,
  byStatus: {} as Record<string, number>,
  cells: '',
}

const takeBody = (body: Uint8Array): void => {
  tally.begin(options)
  scanner.reset(tally)
  scanner.push(body)
  scanner.end()
  const sealed = seal(tally, { arrivedAtMs, key: null, file: null, replayed: false, format: null })
  counted.deltaBytes += encodeBatches([sealed], []).length
  counted.bodies++
  counted.lines += sealed.ledger.accepted
  counted.rejected += sealed.ledger.rejected
  if (mode === 'check') keepCells()
}

const keepCells = (): void => {
  const { cells, series, word } = tally.part()
  for (let cell = 0; cell < cells.length; cell++) {
    const of = cells.series[cell]!
    const status = series.code[of]!
    const [gateway, service, route] = [series.gateway, series.service, series.route].map((column) => word(column[of]!))
    const key = `${cells.bucket[cell]} ${gateway} ${service} ${route} ${METHODS[series.method[of]!]} ${status}`
    const sum = sums.get(key) ?? { count: 0, bytes: 0, durationMs: 0 }
    sums.set(key, sum)
    sum.count += cells.count[cell]!
    sum.bytes += cells.bytes[cell]!
    sum.durationMs += cells.durationUs[cell]! / 1_000
    counted.byStatus[status] = (counted.byStatus[status] ?? 0) + cells.count[cell]!
  }
}

const readBodies = (): void => {
  const descriptor = openSync(file, 'r')
  const buffer = Buffer.allocUnsafe(BODY_BYTES)
  let held = 0
  for (;;) {
    const read = readSync(descriptor, buffer, held, BODY_BYTES - held, null)
    held += read
    if (read === 0) break
    const end = buffer.lastIndexOf(0x0a, held - 1) + 1
    takeBody(buffer.subarray(0, end))
    buffer.copyWithin(0, end, held)
    held -= end
  }
  if (held > 0) takeBody(buffer.subarray(0, held))
  closeSync(descriptor)
}

readBodies()
counted.maxRssBytes = process.resourceUsage().maxRSS * 1024
if (mode === 'check') counted.cells = digestOfCells(sums)
process.stdout.write(JSON.stringify(counted))
