import type { MigrationInterface, QueryRunner } from 'typeorm'

/**
 * The first schema. `bucket` is always floor(epoch seconds / 10), in every tier, so that one number compares across tiers.
 * Partitions are made by libs/store (ahead of time) and dropped whole on expiry.
 */
export class Base1764000001000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(SCHEMA)
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only: restore a backup to go back')
  }
}

// Bytes are a double: exact to 2^53 like every number of the contract, and a hostile log cannot make the sum overflow and fail.
const CELL_COLUMNS = `
  bucket int NOT NULL,
  series_id int NOT NULL,
  count bigint NOT NULL,
  late bigint NOT NULL DEFAULT 0,
  retries bigint NOT NULL DEFAULT 0,
  bytes double precision NOT NULL DEFAULT 0,
  duration_ms_sum double precision NOT NULL DEFAULT 0,
  estimated boolean NOT NULL DEFAULT false,
  PRIMARY KEY (bucket, series_id)`

const LATENCY_COLUMNS = `
  bucket int NOT NULL,
  group_id int NOT NULL,
  count bigint NOT NULL,
  sum_ms double precision NOT NULL,
  histogram bytea NOT NULL,
  PRIMARY KEY (bucket, group_id)`

const tiers = (table: string, columns: string) =>
  ['10s', '1m', '1h', '1d']
    .filter((tier) => !(table === 'latency' && tier === '10s'))
    .map((tier) => `CREATE TABLE ${table}_${tier} (${columns}) PARTITION BY RANGE (bucket);`)
    .join('\n')

const SCHEMA = `
CREATE TABLE source (
  id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text NOT NULL UNIQUE,
  created_at timestamptz NOT NULL DEFAULT now(),
  watermark_ms bigint NOT NULL DEFAULT 0,
  last_arrival_ms bigint NOT NULL DEFAULT 0,
  lag_ms double precision,
  usual_gap_ms double precision,
  delivery smallint NOT NULL DEFAULT 0,
  health text[] NOT NULL DEFAULT '{}',
  received bigint NOT NULL DEFAULT 0,
  accepted bigint NOT NULL DEFAULT 0,
  duplicate bigint NOT NULL DEFAULT 0,
  rejected bigint NOT NULL DEFAULT 0,
  shed bigint NOT NULL DEFAULT 0,
  replayed bigint NOT NULL DEFAULT 0,
  in_future bigint NOT NULL DEFAULT 0,
  overflowed bigint NOT NULL DEFAULT 0,
  series_used int NOT NULL DEFAULT 0
) WITH (fillfactor = 50);

CREATE TABLE source_reject (
  source_id int NOT NULL REFERENCES source (id),
  reason text NOT NULL,
  count bigint NOT NULL,
  PRIMARY KEY (source_id, reason)
) WITH (fillfactor = 50);

-- digest: first 16 bytes of SHA-256 over the labels; labels may be longer than an index row allows.
CREATE TABLE series (
  id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  digest bytea NOT NULL UNIQUE,
  source text NOT NULL,
  gateway text NOT NULL,
  service text NOT NULL,
  route text NOT NULL,
  method text NOT NULL,
  protocol text NOT NULL,
  code smallint NOT NULL,
  class smallint NOT NULL,
  outcome smallint NOT NULL,
  owner smallint NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX series_service ON series (service, source);

${tiers('cell', CELL_COLUMNS)}

-- Latency groups: (source, gateway, service, route, class).
CREATE TABLE latency_group (
  id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  digest bytea NOT NULL UNIQUE,
  source text NOT NULL,
  gateway text NOT NULL,
  service text NOT NULL,
  route text NOT NULL,
  class smallint NOT NULL
);
${tiers('latency', LATENCY_COLUMNS)}

-- Totals since the first event; never expire; what /metrics shows. count includes backfilled.
CREATE TABLE total (
  digest bytea PRIMARY KEY,
  source text NOT NULL,
  gateway text NOT NULL,
  service text NOT NULL,
  -- Empty but for the routes that have a label of their own in /metrics.
  route text NOT NULL DEFAULT '',
  code smallint NOT NULL,
  class smallint NOT NULL,
  outcome smallint NOT NULL,
  count bigint NOT NULL,
  backfilled bigint NOT NULL DEFAULT 0,
  bytes double precision NOT NULL DEFAULT 0,
  retries bigint NOT NULL DEFAULT 0,
  created_at timestamptz NOT NULL DEFAULT now()
) WITH (fillfactor = 50);

CREATE TABLE total_latency (
  digest bytea PRIMARY KEY,
  source text NOT NULL,
  gateway text NOT NULL,
  service text NOT NULL,
  class smallint NOT NULL,
  count bigint NOT NULL,
  sum_ms double precision NOT NULL,
  histogram bytea NOT NULL
) WITH (fillfactor = 50);

-- Batch keys by day of arrival; the short-lived ones (batches under 8 events) by hour. period = floor(epoch s / 86400 or / 3600).
-- id: the first 16 bytes of the key, half the size of the largest table; body: 16 bytes, only where another body is a conflict.
-- The index begins with the id: with the period first, a lookup in a range of periods walked whole partitions (390 ms per key at 1 M keys a day).
CREATE TABLE batch_key (
  period int NOT NULL,
  id bytea NOT NULL,
  body bytea,
  PRIMARY KEY (id, period)
) PARTITION BY RANGE (period);
CREATE TABLE batch_key_short (
  period int NOT NULL,
  id bytea NOT NULL,
  body bytea,
  PRIMARY KEY (id, period)
) PARTITION BY RANGE (period);

CREATE TABLE shipped_file (
  fingerprint bytea PRIMARY KEY,
  source text NOT NULL,
  end_offset bigint NOT NULL,
  tail bytea NOT NULL,
  updated_at timestamptz NOT NULL DEFAULT now()
) WITH (fillfactor = 50);

CREATE TABLE journal (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  version smallint NOT NULL,
  attempts smallint NOT NULL DEFAULT 0,
  appended_at timestamptz NOT NULL DEFAULT now(),
  body bytea NOT NULL
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 500, autovacuum_vacuum_cost_delay = 0);
ALTER TABLE journal ALTER COLUMN body SET STORAGE EXTERNAL;

-- Deltas that failed three times: kept, alarmed, retried by hand.
CREATE TABLE journal_set_aside (
  id bigint PRIMARY KEY,
  version smallint NOT NULL,
  appended_at timestamptz NOT NULL,
  set_aside_at timestamptz NOT NULL DEFAULT now(),
  error text NOT NULL,
  body bytea NOT NULL
);

CREATE TABLE quarantine (
  id bigint GENERATED ALWAYS AS IDENTITY,
  day int NOT NULL,
  at timestamptz NOT NULL DEFAULT now(),
  source text NOT NULL,
  reason text NOT NULL,
  format text,
  record bytea NOT NULL,
  whole boolean NOT NULL,
  replayed_at timestamptz,
  PRIMARY KEY (id, day)
) PARTITION BY RANGE (day);
CREATE INDEX quarantine_source ON quarantine (source, reason, id);

CREATE TABLE sample (
  bucket int NOT NULL,
  at_ms bigint NOT NULL,
  series_id int NOT NULL,
  duration_ms double precision,
  request_id text,
  trace_id text
) PARTITION BY RANGE (bucket);
CREATE INDEX sample_series ON sample (series_id, at_ms);

CREATE TABLE consumer_1m (
  bucket int NOT NULL,
  source text NOT NULL,
  service text NOT NULL,
  consumer text NOT NULL,
  count bigint NOT NULL,
  PRIMARY KEY (bucket, source, service, consumer)
) PARTITION BY RANGE (bucket);

CREATE TABLE api_key (
  id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text NOT NULL,
  hash bytea NOT NULL UNIQUE,
  scopes text[] NOT NULL,
  source text,
  created_at timestamptz NOT NULL DEFAULT now(),
  revoked_at timestamptz
);

CREATE TABLE lease (
  name text PRIMARY KEY,
  holder text NOT NULL,
  epoch bigint NOT NULL,
  expires_at timestamptz NOT NULL
) WITH (fillfactor = 50);
`
