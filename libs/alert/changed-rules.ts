import { type Rule } from './rule.js'

/** A change that cannot be made, and what would be allowed. */
export interface RuleProblem {
  readonly rule: string
  readonly field: string
  readonly allowed: string
}

/** What an operator wants otherwise, by rule id and field; `enabled: false` switches a rule off. */
export type RuleChanges = ReadonlyMap<string, ReadonlyMap<string, number | boolean | string>>

interface Field {
  readonly allowed: string
  readonly ok: (value: unknown) => boolean
}

const number = (least: number, most: number): Field => ({
  allowed: `a number from ${least} to ${most}`,
  ok: (value) => typeof value === 'number' && value >= least && value <= most,
})

/** Windows are sums of ten-second slots. */
const seconds = (least: number, most: number): Field => ({
  allowed: `a multiple of 10 from ${least} to ${most}`,
  ok: (value) => typeof value === 'number' && value >= least && value <= most && value % 10 === 0,
})

const FIELDS: Readonly<Record<string, Field>> = {
  enabled: { allowed: 'true or false', ok: (value) => typeof value === 'boolean' },
  severity: { allowed: 'warning or critical', ok: (value) => value === 'warning' || value === 'critical' },
  minimumRequests: number(1, 1e9),
  minimumBad: number(1, 1e9),
  shortWindowSeconds: seconds(10, 300),
  longWindowSeconds: seconds(60, 300),
  factor: number(1, 1000),
  minimumEffect: number(0, 1),
  newServiceAllowance: number(0, 1),
  ignoreShorterThanSeconds: seconds(0, 240),
  forSeconds: seconds(0, 3600),
  resolveBelowFraction: number(0.01, 1),
  resolveAfterSeconds: seconds(0, 86_400),
  resolveMinimumRequests: number(1, 1e9),
  minimumFiringSeconds: seconds(0, 86_400),
  reopenWithinSeconds: seconds(0, 86_400),
  staleAfterSeconds: seconds(60, 86_400),
  expireAfterSeconds: seconds(60, 30 * 86_400),
  newNormalAfterSeconds: seconds(600, 30 * 86_400),
}

/** The rules with the changes made, without those switched off; and every change that could not be made. */
export function changedRules(rules: readonly Rule[], changes: RuleChanges): { rules: Rule[]; problems: RuleProblem[] } {
  const problems: RuleProblem[] = []
  const known = new Set(rules.map(({ id }) => id))
  for (const [rule, fields] of changes) {
    const allowed = [...known].join(', ')
    if (!known.has(rule)) problems.push({ rule, field: 'id', allowed })
    else problems.push(...[...fields].flatMap(([field, value]) => problemOf(rule, field, value)))
  }
  const changed = rules.filter(({ id }) => changes.get(id)?.get('enabled') !== false)
  return { rules: problems.length > 0 ? [] : changed.map((rule) => withChanges(rule, changes.get(rule.id))), problems }
}

function problemOf(rule: string, field: string, value: unknown): RuleProblem[] {
  const known = Object.hasOwn(FIELDS, field) ? FIELDS[field] : undefined
  if (known === undefined) return [{ rule, field, allowed: Object.keys(FIELDS).join(', ') }]
  return known.ok(value) ? [] : [{ rule, field, allowed: known.allowed }]
}

function withChanges(rule: Rule, fields: ReadonlyMap<string, unknown> | undefined): Rule {
  if (fields === undefined) return rule
  const { enabled: _enabled, ...changes } = Object.fromEntries(fields)
  return { ...rule, ...changes }
}
