import type { MigrationInterface, QueryRunner } from 'typeorm'

/** Secrets that all replicas share, and a table whose only use is to find out whether writes succeed. */
export class Secrets1764000003000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(SCHEMA)
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only: restore a backup to go back')
  }
}

const SCHEMA = `
CREATE TABLE secret (
  name text PRIMARY KEY,
  value bytea NOT NULL
);

-- Emptied and filled again at every probe: new pages have to be found on the disk each time.
CREATE TABLE write_probe (
  filler text NOT NULL
);`
