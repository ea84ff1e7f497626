import { defaultRules, type Evidence, tick, type TickPorts, WindowDetector } from '#alert'
import { batch, event, FoldStage, NOW_MS } from '../testing/fold-stage.js'
import { AlertLease } from './alert-lease.js'
import { AlertReader } from './alert-reader.js'
import { PgAlertBook } from './pg-alert-book.js'
import { PgEvidenceReader } from './pg-evidence-reader.js'
import { PgSignalReader } from './pg-signal-reader.js'

const MINUTE_MS = 60_000
const MINUTES = 14
const BAD_MINUTES = 3

let stage: FoldStage
beforeAll(async () => {
  stage = await FoldStage.start()
})
afterAll(() => stage.stop())
beforeEach(async () => {
  await stage.empty()
  await stage.database.pool.query('TRUNCATE alert, alert_transition, alert_state, notice, lease')
})

/** Fourteen minutes up to `endMs`, two requests a second; in the last three a third fails and a third is throttled. */
const minutesUpTo = (endMs: number) =>
  Array.from({ length: MINUTES }, (_, minute) =>
    Array.from({ length: 120 }, (_, at) => {
      const tsMs = endMs - (MINUTES - minute) * MINUTE_MS + at * 500
      const isBad = minute >= MINUTES - BAD_MINUTES
      const status = isBad ? ([502, 429, 200][at % 3] ?? 200) : 200
      return event({ tsMs, status, service: 'pay', path: '/p', requestId: `q${minute}-${at}` })
    }),
  )

/** The evidence of all alerts that fire at `now`. */
async function evidenceAt(now: number): Promise<{ track: string; evidence: Evidence | null }[]> {
  const { pool } = stage.database
  const lease = new AlertLease(pool, 'a')
  await lease.hold()
  const ports: TickPorts = {
    signals: new PgSignalReader(pool),
    evidence: new PgEvidenceReader(pool),
    book: new PgAlertBook(pool, () => lease.current),
    detector: new WindowDetector(),
    channels: [],
  }
  await tick(ports, defaultRules, now)
  const { alerts } = await new AlertReader(pool).list({ states: ['firing'], range: null, first: 10, after: null })
  return alerts.map(({ track, evidence }) => ({ track, evidence }))
}

/** Some end of the traffic that is so far in its minute, not after now. */
const endAt = (secondsInMinute: number): number =>
  Math.floor(NOW_MS / MINUTE_MS - 1) * MINUTE_MS + secondsInMinute * 1000

describe('when many minutes are delivered at once', () => {
  it.each([0, 7, 14, 23, 31, 40, 48, 55])(
    'alerts show requests of the window that made them fire: trouble from second %d of a minute',
    async (second) => {
      const endMs = endAt(second)
      await stage.journal.append(minutesUpTo(endMs).map((events) => batch(events)))
      await stage.folder().foldOnce()
      await expectSamplesOfWindow(endMs)
    },
  )

  it('also in one body', async () => {
    const endMs = endAt(31)
    await stage.journal.append([batch(minutesUpTo(endMs).flat())])
    await stage.folder().foldOnce()
    await expectSamplesOfWindow(endMs)
  })

  it('also where each minute is folded by itself', async () => {
    const endMs = endAt(31)
    const folder = stage.folder()
    for (const events of minutesUpTo(endMs)) {
      await stage.journal.append([batch(events)])
      await folder.foldOnce()
    }
    await expectSamplesOfWindow(endMs)
    expect(await mostOfOneMinute()).toBeLessThanOrEqual(8)
  })
})

/** Samples of the series and minute that has most. */
const mostOfOneMinute = async (): Promise<number> => {
  const { most } = await stage.one<{ most: number }>(
    'SELECT max(count)::int AS most FROM (SELECT count(*) FROM sample GROUP BY series_id, bucket / 6) AS minutes',
  )
  return most
}

async function expectSamplesOfWindow(endMs: number): Promise<void> {
  const alerts = await evidenceAt(endMs + 5000)
  expect(alerts.map(({ track }) => track).toSorted()).toEqual(['server_error', 'throttled'])
  for (const { track, evidence } of alerts) {
    if (evidence === null) throw new Error('no evidence')
    const { samples, atMs, windowSeconds, top } = evidence
    const code = track === 'throttled' ? 429 : 502
    expect(samples).toHaveLength(5)
    for (const sample of samples) {
      expect(sample).toMatchObject({ code, requestId: expect.stringMatching(/^q1[123]-/) as unknown })
      expect(sample.atMs).toBeGreaterThanOrEqual(atMs - windowSeconds * 1000)
      expect(sample.atMs).toBeLessThan(atMs)
    }
    expect(top[0]).toMatchObject({ code })
  }
}
