import { digestOf, type SeriesRow } from '#delta'

/** The label of everything past a budget. */
export const OTHER = '{other}'

/** How far labels are given up, past a budget: nothing, the route, the service too, all that a sender controls. */
export const LEVELS = [0, 1, 2, 3] as const
export type Level = (typeof LEVELS)[number]

/** The same series with the labels of a level. Code, outcome and owner stay what they are. */
export function collapse(row: SeriesRow, level: Level, source: string): SeriesRow {
  if (level === 0 && source === row.source) return row
  const route = level >= 1 ? OTHER : row.route
  const service = level >= 2 ? OTHER : row.service
  const gateway = level >= 3 ? OTHER : row.gateway
  // Index 0 is `_OTHER` among methods and `unknown` among protocols.
  const method = level >= 3 ? 0 : row.method
  const protocol = level >= 3 ? 0 : row.protocol
  const digest = digestOf([source, gateway, service, route], [method, protocol, row.code, row.outcome, row.owner])
  return { ...row, digest, source, gateway, service, route, method, protocol }
}
