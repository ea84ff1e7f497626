import { createHash } from 'node:crypto'

/** The identity of an alert: the same rule, service, track and start give the same 32 hex digits on every replica. */
export const alertId = (ruleId: string, service: string, track: string, startedAtMs: number): string =>
  createHash('sha256')
    .update(JSON.stringify([ruleId, service, track, startedAtMs]))
    .digest('hex')
    .slice(0, 32)
