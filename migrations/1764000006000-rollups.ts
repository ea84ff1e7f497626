import type { MigrationInterface, QueryRunner } from 'typeorm'

/**
 * Rollups: series without route, method and protocol, with cells of their own in every tier, filled from what is held. Cells become
 * narrower. A folder of the release before would write no rollups; the column that is gone makes each of its folds fail and wait.
 */
export class Rollups1764000006000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(LABELS)
    for (const tier of ['10s', '1m', '1h', '1d']) await runner.query(cellsOf(tier))
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only: restore a backup to go back')
  }
}

const LABELS = `
-- Nobody folds meanwhile.
LOCK TABLE series, cell_10s, cell_1m, cell_1h, cell_1d IN ACCESS EXCLUSIVE MODE;

CREATE TABLE rollup (
  id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  source text NOT NULL,
  gateway text NOT NULL,
  service text NOT NULL,
  code smallint NOT NULL,
  class smallint NOT NULL,
  outcome smallint NOT NULL,
  owner smallint NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);
INSERT INTO rollup (source, gateway, service, code, class, outcome, owner, created_at)
SELECT source, gateway, service, code, class, outcome, owner, min(created_at) FROM series
GROUP BY source, gateway, service, code, class, outcome, owner;

ALTER TABLE series ADD COLUMN rollup_id int REFERENCES rollup (id);
UPDATE series SET rollup_id = rollup.id FROM rollup
WHERE (series.source, series.gateway, series.service, series.code, series.class, series.outcome, series.owner)
  = (rollup.source, rollup.gateway, rollup.service, rollup.code, rollup.class, rollup.outcome, rollup.owner);
ALTER TABLE series ALTER COLUMN rollup_id SET NOT NULL;
ANALYZE series;
ANALYZE rollup;`

/** Nothing read the duration of a cell. What is rare is null where it is nothing, and takes no room. */
const cellsOf = (tier: string) => `
ALTER TABLE cell_${tier}
  DROP COLUMN duration_ms_sum,
  ALTER COLUMN late DROP NOT NULL, ALTER COLUMN late DROP DEFAULT,
  ALTER COLUMN retries DROP NOT NULL, ALTER COLUMN retries DROP DEFAULT,
  ALTER COLUMN estimated DROP NOT NULL, ALTER COLUMN estimated DROP DEFAULT;

CREATE TABLE rollup_${tier} (
  bucket int NOT NULL,
  rollup_id int NOT NULL,
  count bigint NOT NULL,
  late bigint,
  retries bigint,
  bytes double precision NOT NULL DEFAULT 0,
  estimated boolean,
  PRIMARY KEY (bucket, rollup_id)
) PARTITION BY RANGE (bucket);

DO $$
DECLARE part record;
BEGIN
  FOR part IN
    SELECT replace(child.relname, 'cell_', 'rollup_') AS name, pg_get_expr(child.relpartbound, child.oid) AS bound
    FROM pg_inherits JOIN pg_class child ON child.oid = inhrelid
    WHERE inhparent = 'cell_${tier}'::regclass AND NOT inhdetachpending
  LOOP
    EXECUTE format('CREATE TABLE %I PARTITION OF rollup_${tier} %s WITH (fillfactor = 50, '
      'autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_cost_delay = 0)', part.name, part.bound);
  END LOOP;
END $$;

INSERT INTO rollup_${tier} (bucket, rollup_id, count, late, retries, bytes, estimated)
SELECT bucket, rollup_id, sum(count), nullif(sum(late), 0), nullif(sum(retries), 0), sum(bytes), nullif(bool_or(estimated), false)
FROM cell_${tier} JOIN series ON series.id = series_id
GROUP BY bucket, rollup_id
ORDER BY bucket, rollup_id;
ANALYZE rollup_${tier};`
