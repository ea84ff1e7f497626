import type { MigrationInterface, QueryRunner } from 'typeorm'

/** What packing partitions needs: a way to know that nobody changed a partition while it was copied. */
export class Packing1764000007000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(SCHEMA)
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only: restore a backup to go back')
  }
}

const SCHEMA = `
-- Counts the changed rows of the partition that is being copied. A sequence counts those of open and of failed transactions too.
CREATE SEQUENCE packing_change;

CREATE FUNCTION count_packing_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM nextval('packing_change');
  RETURN NULL;
END $$;`
