import {
  BODY_BYTES,
  CELLS_PER_SERIES,
  DISK_BYTES_PER_CELL,
  EVENT_COSTS,
  FULL,
  MEMORY,
  ROW_COST,
  type EventCost,
} from './costs.js'

/** Traffic to be carried. */
export interface Traffic {
  readonly eventsPerSecond: number
  readonly eventsPerRequest: keyof typeof EVENT_COSTS
  /** Series that are active all the time. */
  readonly series: number
}

/** What it takes. */
export interface Need {
  readonly requestsPerSecond: number
  readonly networkBytesPerSecond: number
  /** Cores that answer requests, all processes together. */
  readonly ingestCores: number
  /** Processes that answer requests: one thread of each does. */
  readonly processes: number
  /** Cores of the fold and of all databases. */
  readonly databaseCores: number
  /** How busy one folder would be; above one it falls behind. */
  readonly folderBusy: number
  /** Databases, each with a folder of its own, over which the sources have to be split. */
  readonly databases: number
  readonly walBytesPerSecond: number
  readonly diskBytes: number
  readonly memoryBytes: number
}

const TIERS = 4
/** A series that is active is written by one fold a second: folds are as far apart as they take, a fifth of a second at least. */
const FOLDS_PER_SECOND = 1

/** What traffic takes, by the measured costs. */
export const needOf = ({ eventsPerSecond, eventsPerRequest, series }: Traffic): Need => {
  const event: EventCost = EVENT_COSTS[eventsPerRequest]
  const rows = TIERS * Math.min(eventsPerSecond, series * FOLDS_PER_SECOND)
  const seconds = (eventMicros: number, rowMicros: number): number =>
    (eventsPerSecond * eventMicros + rows * rowMicros) / 1e6
  const folderBusy = seconds(event.foldClockMicros, ROW_COST.foldMicros + ROW_COST.postgresMicros)
  const processes = Math.ceil((eventsPerSecond * event.mainMicros) / 1e6 / FULL)
  return {
    requestsPerSecond: eventsPerSecond / Number(eventsPerRequest),
    networkBytesPerSecond: eventsPerSecond * BODY_BYTES,
    ingestCores: seconds(event.mainMicros + event.otherMicros, 0),
    processes,
    databaseCores: seconds(event.postgresMicros + event.foldMicros, ROW_COST.foldMicros + ROW_COST.postgresMicros),
    folderBusy,
    databases: Math.ceil(folderBusy / FULL),
    walBytesPerSecond: eventsPerSecond * event.walBytes + rows * ROW_COST.walBytes,
    diskBytes: series * CELLS_PER_SERIES * DISK_BYTES_PER_CELL,
    memoryBytes: processes * MEMORY.processBytes + series * MEMORY.seriesBytes,
  }
}
