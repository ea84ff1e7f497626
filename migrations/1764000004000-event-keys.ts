import type { MigrationInterface, QueryRunner } from 'typeorm'

/** Ids of single events, for senders that cut their batches anew when they send again. */
export class EventKeys1764000004000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(SCHEMA)
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only: restore a backup to go back')
  }
}

const SCHEMA = `
-- period = floor(epoch s / 86400) of arrival; id: 16 bytes of a hash over source and event id. The index begins with the id
-- for the reason given at batch_key.
CREATE TABLE event_key (
  period int NOT NULL,
  id bytea NOT NULL,
  PRIMARY KEY (id, period)
) PARTITION BY RANGE (period);`
