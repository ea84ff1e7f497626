import type { MigrationInterface, QueryRunner } from 'typeorm'

/**
 * Rollups: series without route, method and protocol, with cells of their own in every tier, filled from what is held. Cells become
 * narrower. A folder of the release before would write no rollups; the column that is gone makes each of its folds fail and wait.
 *
 * No single transaction: the schema is changed in one that takes moments, and then what is held is summed partition by partition, while the
 * release before takes in batches and answers questions. Cut off, it goes on where it was: no cell can change meanwhile.
 */
export class Rollups1764000006000 implements MigrationInterface {
  readonly transaction = false

  async up(runner: QueryRunner): Promise<void> {
    if (!(await isBegun(runner))) await begin(runner)
    for (const tier of TIERS) {
      for (const { name } of (await runner.query(PARTITIONS, [`cell_${tier}`])) as { name: string }[])
        await fill(runner, name)
      await runner.query(`ANALYZE rollup_${tier}`)
    }
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only: restore a backup to go back')
  }
}

const TIERS = ['10s', '1m', '1h', '1d'] as const

async function isBegun(runner: QueryRunner): Promise<boolean> {
  const [row] = (await runner.query(`SELECT to_regclass('rollup') IS NOT NULL AS begun`)) as { begun: boolean }[]
  return row?.begun === true
}

async function begin(runner: QueryRunner): Promise<void> {
  await runner.startTransaction()
  try {
    await runner.query(LABELS)
    for (const tier of TIERS) await runner.query(cellsOf(tier))
    await runner.commitTransaction()
  } catch (error) {
    await runner.rollbackTransaction()
    throw error
  }
}

const UNDEFINED_TABLE = '42P01'

/** A partition that has expired meanwhile was dropped by the release before. */
async function fill(runner: QueryRunner, cells: string): Promise<void> {
  await runner.query(sumOf(cells)).catch((error: unknown) => {
    if ((error as { code?: unknown }).code !== UNDEFINED_TABLE) throw error
  })
}

/** $1 table. */
const PARTITIONS = `
SELECT child.relname AS name FROM pg_inherits JOIN pg_class child ON child.oid = inhrelid
WHERE inhparent = to_regclass($1) AND NOT inhdetachpending ORDER BY child.relname`

/** One statement for a partition: its rollups are all there or none is. */
const sumOf = (cells: string) => {
  const rollups = cells.replace('cell_', 'rollup_')
  return `
INSERT INTO ${rollups} (bucket, rollup_id, count, late, retries, bytes, estimated)
SELECT bucket, rollup_id, sum(count), nullif(sum(late), 0), nullif(sum(retries), 0), sum(bytes), nullif(bool_or(estimated), false)
FROM ${cells} JOIN series ON series.id = series_id
WHERE NOT EXISTS (SELECT FROM ${rollups})
GROUP BY bucket, rollup_id
ORDER BY bucket, rollup_id`
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
END $$;`
