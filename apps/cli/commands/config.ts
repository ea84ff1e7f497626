import { readFileSync } from 'node:fs'
import { changedRules, defaultRules } from '#alert'
import { BUILT_IN_FORMATS } from '#event'
import { ConfigError, loadConfig, mayListen, unknownVariables, type Config } from '#platform'
import { UsageError, type Command } from '../command.js'

/** Reads the settings as the server would, without starting anything. */
export const config: Command = {
  name: 'config',
  summary: 'check the settings of this environment, as the server would read them',
  usage: 'statusline config check',
  async run(args, { env, stdout, stderr }) {
    if (args.length !== 1 || args[0] !== 'check') throw new UsageError('check is the only verb')
    for (const line of unknownVariables(env)) stderr.write(`warning: ${line}\n`)
    try {
      const settings = loadConfig(env, (path) => readFileSync(path, 'utf8'))
      const problems = problemsOf(settings)
      for (const problem of problems) stderr.write(`${problem}\n`)
      if (problems.length > 0) return 1
      const database = settings.databaseUrl === undefined ? `embedded in ${settings.dataDir}` : 'DATABASE_URL'
      stdout.write(
        `the settings are valid: ${settings.host}:${settings.port}, role ${settings.role}, database ${database}\n`,
      )
      return 0
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error
      stderr.write(`${error.message}\n`)
      return 1
    }
  },
}

const SOURCE_NAME = /^[\w.:/-]{1,100}$/

const is = (value: unknown): string => JSON.stringify(value) ?? 'missing'

/** What the server would refuse beyond single values: the same list as its own, and where it may listen. */
function problemsOf({ adminKey, alert, host, sources }: Config): string[] {
  const rules = changedRules(defaultRules, alert.rules).problems.map(({ rule, field, allowed }) =>
    field === 'id'
      ? `alert.rules has ${is(rule)}; allowed: ${allowed}`
      : `alert.rules.${rule}.${field} is ${is(alert.rules.get(rule)?.get(field))}; allowed: ${allowed}`,
  )
  const names = [...sources.keys()]
    .filter((name) => !SOURCE_NAME.test(name))
    .map((name) => `sources has ${is(name)}; allowed: 1 to 100 letters, digits and any of _ . : / -`)
  const formats = [...sources].flatMap(([name, { format = 'auto' }]) =>
    BUILT_IN_FORMATS.get(format) !== undefined
      ? []
      : `sources.${name}.format is ${is(format)}; allowed: one of ${BUILT_IN_FORMATS.names.join(', ')}`,
  )
  const bound = mayListen(host, adminKey !== undefined)
    ? []
    : `HOST is ${host}; allowed: loopback only, or any address with STATUSLINE_ADMIN_KEY (or with a key in the database, which is not asked here)`
  return [...rules, ...names, ...formats].concat(bound)
}
