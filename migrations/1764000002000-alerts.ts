import type { MigrationInterface, QueryRunner } from 'typeorm'

/** What alerts remember: the alerts themselves, every change of theirs, the detectors' memory, and notices on their way out. */
export class Alerts1764000002000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(SCHEMA)
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only: restore a backup to go back')
  }
}

const SCHEMA = `
-- archived_at: put away without data; such an alert stays stale, because silence is no recovery.
CREATE TABLE alert (
  id text PRIMARY KEY,
  rule_id text NOT NULL,
  rule_name text NOT NULL,
  rule_version int NOT NULL,
  severity text NOT NULL,
  track text NOT NULL,
  service text NOT NULL,
  state text NOT NULL CHECK (state IN ('inactive', 'pending', 'firing', 'stale', 'resolved')),
  reason text NOT NULL,
  summary text NOT NULL,
  evidence jsonb,
  episode int NOT NULL,
  started_at timestamptz NOT NULL,
  fired_at timestamptz,
  resolved_at timestamptz,
  archived_at timestamptz,
  updated_at timestamptz NOT NULL
) WITH (fillfactor = 70);
CREATE INDEX alert_order ON alert (started_at DESC, id DESC);
CREATE INDEX alert_open ON alert (state) WHERE state IN ('pending', 'firing', 'stale') AND archived_at IS NULL;

-- decision: why the channels were told, or were not.
CREATE TABLE alert_transition (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  alert_id text NOT NULL REFERENCES alert (id) ON DELETE CASCADE,
  at timestamptz NOT NULL,
  from_state text NOT NULL,
  to_state text NOT NULL,
  reason text NOT NULL,
  decision text NOT NULL,
  episode int NOT NULL,
  summary text NOT NULL
);
CREATE INDEX alert_transition_alert ON alert_transition (alert_id, id);

-- digest: SHA-256 over rule, service and track; a service name may be longer than an index row allows.
CREATE TABLE alert_state (
  digest bytea PRIMARY KEY,
  held jsonb NOT NULL,
  updated_at timestamptz NOT NULL
) WITH (fillfactor = 50);

-- due_at: when it may be sent next; a claim moves it ahead, so that a sender that dies leaves the notice to another.
CREATE TABLE notice (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  channel text NOT NULL,
  dedup_key text NOT NULL,
  alert_id text NOT NULL,
  kind text NOT NULL,
  at timestamptz NOT NULL,
  body json NOT NULL,
  state text NOT NULL DEFAULT 'due' CHECK (state IN ('due', 'delivered', 'dead')),
  attempts int NOT NULL DEFAULT 0,
  due_at timestamptz NOT NULL,
  last_error text,
  settled_at timestamptz,
  UNIQUE (channel, dedup_key)
) WITH (fillfactor = 70);
-- Attempts since the first, by result; never expires.
CREATE TABLE notice_total (
  channel text NOT NULL,
  result text NOT NULL,
  count bigint NOT NULL,
  PRIMARY KEY (channel, result)
) WITH (fillfactor = 50);
CREATE INDEX notice_due ON notice (due_at) WHERE state = 'due';
CREATE INDEX notice_order ON notice (alert_id, channel, id) WHERE state = 'due';
`
