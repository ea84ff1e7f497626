/** What a number is held against: what must be reached, and what is aimed at; null: nothing. */
export interface Goal {
  readonly floor: number | null
  readonly aim: number | null
}

const goal = (floor: number | null, aim: number | null): Goal => ({ floor, aim })

/** All floors and aims, for two cores with everything on them: loader, server and Postgres. */
export const GOALS = {
  /** Lines per CPU second of one core. */
  scan: { combined: goal(2e6, 4.5e6), ndjson: goal(1.3e6, 2.3e6) },
  /** Lines per CPU second, times those of another program on the same file. */
  scanTimes: {
    combined: { mtail: goal(14, 30), 'mawk {c[$9]++}': goal(null, 1.7) },
    ndjson: { 'split + JSON.parse': goal(6.5, 12) },
  },
  /** Lines a second of the whole command, combined. */
  replay: goal(1e6, null),
  replayTimesGoaccess: goal(null, 80),
  twoThreads: goal(1.5, 1.8),
  /** Batches of 1,000 events, and posts of one. */
  ingest: { eventsPerSecond: goal(500_000, 750_000), p99Ms: goal(180, 120) },
  single: { eventsPerSecond: goal(15_000, 25_000), p99Ms: goal(30, null) },
  /** Durable ingest, of what the same server takes without a database. */
  ofServerWithoutDatabase: goal(null, 0.9),
  serverMegabytes: goal(350, 200),
  /** From the last acknowledgement until the totals are complete; what is promised, not what is fast. */
  totalsCompleteMs: goal(2_000, null),
  /** Of accepted posts, times those of a normal load. */
  overloadP99Times: goal(2, null),
  /** After 200 million events, times the beginning. */
  flatRate: goal(0.9, 0.97),
  flatP99: goal(1.1, 1.03),
  soakFoldPercent: goal(20, 10),
  soakLagMs: goal(2_000, null),
  /** Breakdowns by service and code, and by route: p95. */
  breakdownMs: {
    '15 min': goal(80, 30),
    '24 h': goal(60, 20),
    '7 d': goal(80, 30),
    '30 d': goal(150, 60),
    'route 7 d': goal(400, 120),
    'route 30 d': goal(1_000, 300),
  },
  /** Requests per CPU second for some 50 rows from memory. */
  graphqlFromMemory: goal(3_000, 8_000),
  /** Event-loop time of a scrape. */
  scrapeMs: { '10 k': goal(15, 5), '100 k': goal(120, 40) },
  /** p99 of ingest beside readers, times that without. */
  ingestBesideReaders: goal(1.2, 1.05),
  startSeconds: goal(2.5, 1),
  diskMegabytes: goal(120, 50),
} as const
