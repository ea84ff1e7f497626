/** One metric of the service itself. */
export interface MetricRow {
  readonly name: string
  readonly type: 'counter' | 'gauge' | 'histogram'
  readonly labels: readonly string[]
  readonly help: string
  /** `process`: measured by this process. `counts`: read from Postgres, the same on every replica. */
  readonly from: 'process' | 'counts'
  /** Upper edges of a histogram. */
  readonly buckets?: readonly number[]
}

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

/** Every metric that starts with statusline_, except those about the process that the client library names itself. */
export const METRICS = [
  {
    name: 'statusline_events_total',
    type: 'counter',
    labels: ['source', 'result'],
    from: 'counts',
    help: 'Events received, by what became of them: accepted, duplicate, rejected or shed.',
  },
  {
    name: 'statusline_rejected_total',
    type: 'counter',
    labels: ['source', 'reason'],
    from: 'counts',
    help: 'Rejected events, by reason.',
  },
  {
    name: 'statusline_source_lag_seconds',
    type: 'gauge',
    labels: ['source'],
    from: 'counts',
    help: 'Arrival minus event time of the latest events of a source.',
  },
  { name: 'statusline_series', type: 'gauge', labels: ['source'], from: 'counts', help: 'Series in use by a source.' },
  {
    name: 'statusline_series_limit',
    type: 'gauge',
    labels: ['source'],
    from: 'counts',
    help: 'Series that a source may use before its routes are counted together.',
  },
  {
    name: 'statusline_metric_series',
    type: 'gauge',
    labels: [],
    from: 'counts',
    help: 'Series of the traffic in /metrics, with the room that each service keeps for its usual codes.',
  },
  {
    name: 'statusline_metric_series_limit',
    type: 'gauge',
    labels: [],
    from: 'counts',
    help: 'Series of the traffic in /metrics before new services are counted together there.',
  },
  { name: 'statusline_alerts', type: 'gauge', labels: ['state'], from: 'counts', help: 'Alerts, by state.' },
  {
    name: 'statusline_notifications_total',
    type: 'counter',
    labels: ['channel', 'result'],
    from: 'counts',
    help: 'Notices sent, by channel and result.',
  },
  {
    name: 'statusline_journal_pending',
    type: 'gauge',
    labels: [],
    from: 'counts',
    help: 'Acknowledged batches that are not yet folded into the counts.',
  },
  {
    name: 'statusline_journal_bytes',
    type: 'gauge',
    labels: [],
    from: 'counts',
    help: 'Bytes of the acknowledged batches that are not yet folded.',
  },
  {
    name: 'statusline_journal_limit_bytes',
    type: 'gauge',
    labels: [],
    from: 'counts',
    help: 'Bytes that may wait to be folded before new batches are refused.',
  },
  {
    name: 'statusline_journal_oldest_seconds',
    type: 'gauge',
    labels: [],
    from: 'counts',
    help: 'Age of the oldest batch that is not yet folded, 0 where none waits.',
  },
  {
    name: 'statusline_journal_set_aside',
    type: 'gauge',
    labels: [],
    from: 'counts',
    help: 'Batches that could not be folded and wait to be retried by hand.',
  },
  {
    name: 'statusline_ingest_requests_total',
    type: 'counter',
    labels: ['door', 'reason'],
    from: 'process',
    help: 'Requests with log bodies, by door and by how they were answered.',
  },
  {
    name: 'statusline_ingest_bytes_total',
    type: 'counter',
    labels: ['door', 'reason'],
    from: 'process',
    help: 'Bytes of log bodies as sent, by door and by how they were answered.',
  },
  {
    name: 'statusline_ingest_seconds',
    type: 'histogram',
    labels: ['door'],
    from: 'process',
    buckets: SECONDS,
    help: 'Time from the first byte of a log body to its durable acknowledgement.',
  },
  {
    name: 'statusline_body_bytes',
    type: 'gauge',
    labels: [],
    from: 'process',
    help: 'Bytes of memory that request bodies hold now.',
  },
  {
    name: 'statusline_body_limit_bytes',
    type: 'gauge',
    labels: [],
    from: 'process',
    help: 'Bytes of request bodies that may be held in memory.',
  },
  {
    name: 'statusline_bodies',
    type: 'gauge',
    labels: [],
    from: 'process',
    help: 'Request bodies that are let in and not answered.',
  },
  {
    name: 'statusline_bodies_limit',
    type: 'gauge',
    labels: [],
    from: 'process',
    help: 'Request bodies that may be under way now; it falls while acknowledgements take too long.',
  },
  {
    name: 'statusline_append_waiting',
    type: 'gauge',
    labels: [],
    from: 'process',
    help: 'Batches that wait for a commit to begin.',
  },
  {
    name: 'statusline_append_waiting_limit',
    type: 'gauge',
    labels: [],
    from: 'process',
    help: 'Batches that may wait for a commit before new ones are refused.',
  },
  {
    name: 'statusline_append_waiting_events',
    type: 'gauge',
    labels: [],
    from: 'process',
    help: 'Events of the batches that wait for a commit to begin.',
  },
  {
    name: 'statusline_append_waiting_events_limit',
    type: 'gauge',
    labels: [],
    from: 'process',
    help: 'Events that may wait for a commit before new batches are refused.',
  },
  {
    name: 'statusline_quarantine_records',
    type: 'gauge',
    labels: [],
    from: 'process',
    help: 'Rejected records that this process has kept in quarantine today.',
  },
  {
    name: 'statusline_quarantine_records_limit',
    type: 'gauge',
    labels: [],
    from: 'process',
    help: 'Rejected records that this process may keep in quarantine in a day.',
  },
  {
    name: 'statusline_udp_dropped_total',
    type: 'counter',
    labels: ['door'],
    from: 'process',
    help: 'Datagrams that the system threw away because they were not read in time, where it tells.',
  },
  {
    name: 'statusline_quarantine_dropped_total',
    type: 'counter',
    labels: [],
    from: 'process',
    help: 'Rejected records that were counted but not kept in quarantine.',
  },
  {
    name: 'statusline_append_seconds',
    type: 'histogram',
    labels: [],
    from: 'process',
    buckets: SECONDS,
    help: 'Time of one durable append to the journal.',
  },
  {
    name: 'statusline_fold_seconds',
    type: 'histogram',
    labels: [],
    from: 'process',
    buckets: SECONDS,
    help: 'Time of one fold of the journal into the counts.',
  },
  {
    name: 'statusline_query_seconds',
    type: 'histogram',
    labels: ['question'],
    from: 'process',
    buckets: SECONDS,
    help: 'Time to answer one question.',
  },
] as const satisfies readonly MetricRow[]

type Row = (typeof METRICS)[number]
type ProcessRow<Type extends MetricRow['type']> = Extract<Row, { from: 'process'; type: Type }>

/** Names of the metrics of one type that a process measures itself. */
export type MetricName<Type extends MetricRow['type']> = ProcessRow<Type>['name']
/** The labels of a metric. */
export type LabelsOf<Name extends Row['name']> = Extract<Row, { name: Name }>['labels'][number]
