import type { NestFastifyApplication } from '@nestjs/platform-fastify'
import { Catalog } from '#catalog'
import { QueryService } from '#store'
import { testDatabase, type TestDatabase } from '#testing'
import { labelsOfCode, Seed } from '../../../../libs/store/query/testing/seed.js'
import type { ReadAlert } from '../ports.js'
import { FixedAlerts, FixedRejects } from './fixed-ports.js'
import { queryApp } from './query-app.js'

/** The present of every seeded server. */
export const NOW = Date.UTC(2026, 4, 20, 12, 0, 0)

/** An alert that fires. */
export const alert: ReadAlert = {
  id: 'a1',
  rule: { id: 'server-error-spike', name: 'Server error spike', version: 1, severity: 'critical' },
  track: 'server_error',
  service: 'shop',
  state: 'firing',
  reason: 'first',
  summary: 'shop fails',
  evidence: {
    bad: 30,
    total: 100,
    rate: 0.3,
    normalUpTo: 0.02,
    windowSeconds: 60,
    atMs: NOW,
    curve: [{ atMs: NOW - 60_000, bad: 30, total: 100 }],
    top: [{ gateway: 'gw', route: '/cart', code: 502, bad: 15, total: 60 }],
    samples: [
      {
        atMs: NOW,
        source: 'edge',
        gateway: 'gw',
        route: '/cart',
        method: 'GET',
        code: 502,
        durationMs: 3,
        requestId: 'r1',
        traceId: null,
      },
    ],
    ruleVersion: 1,
  },
  startedAtMs: NOW - 90_000,
  firedAtMs: NOW - 30_000,
  resolvedAtMs: null,
}

/** The question side on a database with a hundred events, two alerts and a rejected record. */
export interface SeededApp {
  readonly app: NestFastifyApplication
  /** The same for a key that may only read. */
  readonly reader: NestFastifyApplication
  readonly pool: TestDatabase['pool']
  readonly alerts: FixedAlerts
  /** Questions whose time was told, with seconds. */
  readonly asked: [question: string, seconds: number][]
  /** What was reported as a bug. */
  readonly bugs: unknown[]
  close(): Promise<void>
}

/** Starts it; the caller closes it. */
export async function seededApp(): Promise<SeededApp> {
  const database = await testDatabase()
  const { pool } = database
  await seed(new Seed(pool))
  const alerts = new FixedAlerts([alert, { ...alert, id: 'a2', rule: { ...alert.rule, version: 0 } }])
  const rejects = new FixedRejects([REJECT])
  const asked: SeededApp['asked'] = []
  const bugs: unknown[] = []
  const parts = {
    query: new QueryService(pool, () => NOW),
    catalog: new Catalog(),
    alerts,
    rejects,
    times: (name: string, seconds: number) => asked.push([name, seconds]),
    report: (bug: unknown) => bugs.push(bug),
  }
  const app = await queryApp(parts, { scopes: ['ingest', 'read', 'admin'] })
  const reader = await queryApp(parts, { scopes: ['read'] })
  const close = async (): Promise<void> => {
    await app.close()
    await reader.close()
    await database.drop()
  }
  return { app, reader, pool, alerts, asked, bugs, close }
}

const REJECT = {
  id: '7',
  atMs: NOW,
  source: 'edge',
  reason: 'bad_json',
  format: null,
  record: '{',
  whole: true,
  replayedAtMs: null,
}

async function seed(cells: Seed): Promise<void> {
  await cells.partitions(NOW)
  await cells.cells([
    { atMs: NOW - 60_000, count: 80, bytes: 400, labels: labelsOfCode(200) },
    { atMs: NOW - 70_000, count: 15, labels: labelsOfCode(502) },
    { atMs: NOW - 80_000, count: 5, labels: { ...labelsOfCode(429), service: '<script>' } },
  ])
}
