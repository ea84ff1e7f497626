import { Catalog, type Overlay } from '#catalog'
import { openPool } from '../pool.js'
import { Snapshots } from '../query/snapshot.js'
import { readTraffic } from './read-traffic.js'
import type { TrafficText } from './traffic-metrics.js'

/** What is needed to show the traffic; can be handed to another thread. */
export interface TrafficOptions {
  readonly url: string
  /** Longest run of one statement, ms; default 10,000. */
  readonly statementTimeoutMs?: number
  /** A statement fails where the server says nothing for so long, ms; default 5,000 more. */
  readonly silenceTimeoutMs?: number
  /** Codes that every known service shows before their first response. */
  readonly zeroCodes: readonly number[]
  /** Whether requests have a `route` label. */
  readonly routes: boolean
  readonly overlays: readonly Overlay[]
}

/** Longer than most scrapes are apart: a new connection costs Postgres more than the question. */
const IDLE_MS = 90_000

/** Reads the traffic's part of /metrics over a connection of its own. */
export class TrafficReader {
  private readonly pool
  private readonly snapshots
  private readonly labels

  constructor({ zeroCodes, routes, overlays, statementTimeoutMs = 10_000, ...database }: TrafficOptions) {
    this.pool = openPool({ ...database, statementTimeoutMs, maxConnections: 1, idleMs: IDLE_MS })
    this.snapshots = new Snapshots(this.pool, 1, statementTimeoutMs)
    this.labels = { zeroCodes, routes, catalog: new Catalog(overlays) }
  }

  /** The text of every traffic metric; rejects with QueryError. */
  read(): Promise<TrafficText[]> {
    return this.snapshots.read((snapshot) => readTraffic(snapshot, this.labels))
  }

  /** Resolves when what is being read has ended. */
  close(): Promise<void> {
    return this.pool.end()
  }
}
