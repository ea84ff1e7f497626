import { changedRules, defaultRules } from '#alert'
import { BUILT_IN_FORMATS } from '#event'
import type { Config } from '#platform'
import { isSourceName } from './ingest/source-name.js'

const is = (value: unknown): string => JSON.stringify(value) ?? 'missing'

/** What is wrong with settings that name rules, formats and sources, a line each with what is allowed; none: they can be used. */
export function settingProblems({ alert, sources }: Pick<Config, 'alert' | 'sources'>): string[] {
  const rules = changedRules(defaultRules, alert.rules).problems.map(({ rule, field, allowed }) =>
    field === 'id'
      ? `alert.rules has ${is(rule)}; allowed: ${allowed}`
      : `alert.rules.${rule}.${field} is ${is(alert.rules.get(rule)?.get(field))}; allowed: ${allowed}`,
  )
  const names = [...sources.keys()]
    .filter((name) => !isSourceName(name))
    .map((name) => `sources has ${is(name)}; allowed: 1 to 100 letters, digits and any of _ . : / -`)
  const formats = [...sources].flatMap(([name, { format = 'auto' }]) =>
    BUILT_IN_FORMATS.get(format) !== undefined
      ? []
      : `sources.${name}.format is ${is(format)}; allowed: one of ${BUILT_IN_FORMATS.names.join(', ')}`,
  )
  return [...rules, ...names, ...formats]
}
