import { createHash } from 'node:crypto'
import { templateOf } from '../../libs/event/route/template.js'

interface Line {
  readonly ts: string
  readonly gateway: string
  readonly service: string
  readonly method: string
  readonly path: string
  readonly status: number
  readonly bytes: number
  readonly duration_ms: number
}

/** The sum of the lines that are alike. */
export interface PlainCell {
  readonly status: number
  count: number
  bytes: number
  durationMs: number
  /** Lines by the first edge that their duration does not pass; those that pass all come last. */
  readonly histogram: Uint32Array
}

export const EDGES_MS = [5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000] as const

/**
 * What one would write first: each line of NDJSON parsed as JSON and added to a Map, by ten seconds, gateway, service, templated route, method
 * and status. Its cells are those of the scanner to the last byte and millisecond, so the routes are those of the project, by the regular
 * expressions that say what they are.
 */
export class PlainSums {
  readonly cells = new Map<string, PlainCell>()

  add(line: string): void {
    const { ts, gateway, service, method, path, status, bytes, duration_ms: durationMs } = JSON.parse(line) as Line
    const key = `${Math.floor(Date.parse(ts) / 10_000)} ${gateway} ${service} ${templateOf(path)} ${method} ${status}`
    let cell = this.cells.get(key)
    if (cell === undefined) {
      cell = { status, count: 0, bytes: 0, durationMs: 0, histogram: new Uint32Array(EDGES_MS.length + 1) }
      this.cells.set(key, cell)
    }
    cell.count++
    cell.bytes += bytes
    cell.durationMs += durationMs
    const edge = EDGES_MS.findIndex((atMost) => durationMs <= atMost)
    cell.histogram[edge < 0 ? EDGES_MS.length : edge]!++
  }
}

/** A digest of all cells, whatever the order in which they came: equal ones are the same cells. */
export const digestOfCells = (
  cells: ReadonlyMap<string, Pick<PlainCell, 'count' | 'bytes' | 'durationMs'>>,
): string => {
  const lines = [...cells].map(([key, { count, bytes, durationMs }]) => `${key} ${count} ${bytes} ${durationMs}\n`)
  return createHash('sha256').update(lines.sort().join('')).digest('hex')
}
