import { mayListen } from '../bind-rule.js'
import type { Config } from './config.js'
import { tlsProblems } from './tls-problems.js'

/** What settings name and this lib does not know. */
export interface NamedThings {
  /** Every format that a source can be given. */
  readonly formats: readonly string[]
  /** What is wrong with `formats`, a line each. */
  readonly formatProblems: readonly string[]
  /** What is wrong with `alert.rules`; the field `id` stands for the rule itself. */
  readonly ruleProblems: readonly { readonly rule: string; readonly field: string; readonly allowed: string }[]
}

const SOURCE_NAME = /^[\w.:/-]{1,100}$/

const is = (value: unknown): string => JSON.stringify(value) ?? 'missing'

/**
 * What is wrong with settings that name rules, formats, sources and certificates, a line each with what is allowed; none: they can be used. The
 * server refuses to start with them, and `config check` prints them.
 */
export function settingProblems(config: Config, { formats, formatProblems, ruleProblems }: NamedThings): string[] {
  const { alert, sources } = config
  const rules = ruleProblems.map(({ rule, field, allowed }) =>
    field === 'id'
      ? `alert.rules has ${is(rule)}; allowed: ${allowed}`
      : `alert.rules.${rule}.${field} is ${is(alert.rules.get(rule)?.get(field))}; allowed: ${allowed}`,
  )
  const names = [...sources.keys()]
    .filter((name) => !SOURCE_NAME.test(name))
    .map((name) => `sources has ${is(name)}; allowed: 1 to 100 letters, digits and any of _ . : / -`)
  const unknown = [...sources].flatMap(([name, { format = 'auto' }]) =>
    formats.includes(format) ? [] : `sources.${name}.format is ${is(format)}; allowed: one of ${formats.join(', ')}`,
  )
  return [...formatProblems, ...rules, ...names, ...unknown, ...tlsProblems(config)]
}

/** Why the server may not listen where the settings say, in one line; null: it may. `hasKeys`: API keys are in force. */
export function bindProblem({ host }: Pick<Config, 'host'>, hasKeys: boolean): string | null {
  return mayListen(host, hasKeys)
    ? null
    : `HOST is ${host}; allowed: loopback only, or any address with STATUSLINE_ADMIN_KEY or another API key`
}
