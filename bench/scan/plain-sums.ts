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
const ID = /^(?:\d+|\d{4}-\d\d-\d\d|[\da-f]{24}|[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12})$/

/**
 * What one would write first: each line of NDJSON parsed as JSON and added to a Map, by minute, gateway, service, templated route, method and
 * status. The scanner is held against it, so it knows nothing of the project and does nothing slower than it has to.
 */
export class PlainSums {
  readonly cells = new Map<string, PlainCell>()

  add(line: string): void {
    const { ts, gateway, service, method, path, status, bytes, duration_ms: durationMs } = JSON.parse(line) as Line
    const key = `${Math.floor(Date.parse(ts) / 60_000)} ${gateway} ${service} ${routeOf(path)} ${method} ${status}`
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

const routeOf = (path: string): string => {
  const query = path.indexOf('?')
  const segments = (query < 0 ? path : path.slice(0, query)).split('/')
  return segments.map((segment) => (ID.test(segment) ? '{id}' : segment)).join('/')
}
