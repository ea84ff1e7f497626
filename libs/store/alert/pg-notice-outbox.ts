import type { Pool } from 'pg'
import { type ClaimedNotice, type NoticeBody, type NoticeKind, NoticeOutbox, type NoticeOutcome } from '#alert'

/**
 * $1 now (epoch s), $2 until when the claim lasts (epoch s), $3 limit. A later notice of the same alert and channel waits for
 * the earlier one; a row that another sender claims at the same moment is skipped.
 */
const CLAIM = `
UPDATE notice SET attempts = attempts + 1, due_at = to_timestamp($2)
WHERE id IN (
  SELECT id FROM notice AS candidate
  WHERE state = 'due' AND due_at <= to_timestamp($1) AND NOT EXISTS (
    SELECT FROM notice AS earlier WHERE earlier.state = 'due' AND earlier.alert_id = candidate.alert_id
      AND earlier.channel = candidate.channel AND earlier.id < candidate.id)
  ORDER BY due_at, id LIMIT $3
  FOR UPDATE SKIP LOCKED)
RETURNING id::text, channel, dedup_key AS "dedupKey", alert_id AS "alertId", kind,
  (extract(epoch FROM at) * 1000)::float8 AS "atMs", body, attempts AS attempt`

/** Counts the attempt in the same statement, so that the totals are exact and outlive the notices. */
const counted = (result: NoticeOutcome['result'], update: string): string => `
WITH settled AS (${update} RETURNING channel)
INSERT INTO notice_total AS stored (channel, result, count) SELECT channel, '${result}', 1 FROM settled
ON CONFLICT (channel, result) DO UPDATE SET count = stored.count + 1`

/** A receipt counts whoever brings it. $1 id, $2 now (epoch s). */
const DELIVERED = counted(
  'delivered',
  `UPDATE notice SET state = 'delivered', settled_at = to_timestamp($2), last_error = NULL
   WHERE id = $1 AND state <> 'delivered'`,
)

/** A failure counts only for the latest claim. $1 id, $2 attempt, $3 due (epoch s), $4 reason. */
const RETRY = counted(
  'retry',
  `UPDATE notice SET due_at = to_timestamp($3), last_error = $4 WHERE id = $1 AND attempts = $2 AND state = 'due'`,
)

/** $1 id, $2 attempt, $3 now (epoch s), $4 reason. */
const DEAD = counted(
  'dead',
  `UPDATE notice SET state = 'dead', settled_at = to_timestamp($3), last_error = $4
   WHERE id = $1 AND attempts = $2 AND state = 'due'`,
)

const LONGEST_REASON = 500

interface ClaimedRow {
  readonly id: string
  readonly channel: string
  readonly dedupKey: string
  readonly alertId: string
  readonly kind: NoticeKind
  readonly atMs: number
  readonly body: NoticeBody
  readonly attempt: number
}

/** The outbox in Postgres. Any number of processes may claim from it at once. */
export class PgNoticeOutbox extends NoticeOutbox {
  constructor(private readonly pool: Pool) {
    super()
  }

  async claim(now: number, claimMs: number, limit: number): Promise<ClaimedNotice[]> {
    const { rows } = await this.pool.query<ClaimedRow>(CLAIM, [now / 1000, (now + claimMs) / 1000, limit])
    return rows.toSorted((a, b) => Number(a.id) - Number(b.id))
  }

  async settle(notice: ClaimedNotice, outcome: NoticeOutcome, now: number): Promise<void> {
    const { id, attempt } = notice
    if (outcome.result === 'delivered') {
      await this.pool.query(DELIVERED, [id, now / 1000])
      return
    }
    const reason = outcome.reason.replaceAll('\0', '').slice(0, LONGEST_REASON)
    if (outcome.result === 'retry') await this.pool.query(RETRY, [id, attempt, outcome.atMs / 1000, reason])
    else await this.pool.query(DEAD, [id, attempt, now / 1000, reason])
  }
}
