import type { IntakeResult } from './intake.js'

/** The 202 body; written by hand because single-event senders are many. Reasons are words of our own: nothing to escape. */
export function acceptedBody(counted: Extract<IntakeResult, { result: 'counted' }>): string {
  const { accepted, duplicate, rejected, errors, tooOld, daysYears, end } = counted
  const listed = errors.map(({ index, reason }) => `{"index":${index},"reason":"${reason}"}`).join(',')
  const old = tooOld === undefined ? '' : `,"tooOld":${tooOld},"daysYears":${daysYears}`
  const fileEnd = end === undefined ? '' : `,"end":${end}`
  return `{"accepted":${accepted},"duplicate":${duplicate},"rejected":${rejected},"errors":[${listed}]${old}${fileEnd}}`
}
