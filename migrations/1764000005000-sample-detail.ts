import type { MigrationInterface, QueryRunner } from 'typeorm'

/** Why a sampled request failed, and how long a source has shown nothing but errors. */
export class SampleDetail1764000005000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(SCHEMA)
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only: restore a backup to go back')
  }
}

const SCHEMA = `
ALTER TABLE sample ADD COLUMN detail text;

-- Errors since the last request that was none, and when that arrived (0: never).
ALTER TABLE source
  ADD COLUMN unbroken_errors bigint NOT NULL DEFAULT 0,
  ADD COLUMN last_good_ms bigint NOT NULL DEFAULT 0;`
