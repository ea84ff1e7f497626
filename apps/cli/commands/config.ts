import { readFileSync } from 'node:fs'
import { changedRules, defaultRules } from '#alert'
import { ownFormats } from '#event'
import { bindProblem, ConfigError, loadConfig, settingProblems, unknownVariables, type Config } from '#platform'
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

/** What the server would refuse beyond single values: its own list, and where it may listen. */
function problemsOf(settings: Config): string[] {
  const ruleProblems = changedRules(defaultRules, settings.alert.rules).problems
  const { formats, problems: formatProblems } = ownFormats(settings.formats)
  const problems = settingProblems(settings, { formats: formats.names, formatProblems, ruleProblems })
  const bound = bindProblem(settings, settings.adminKey !== undefined)
  return bound === null ? problems : [...problems, `${bound} (keys in the database are not asked here)`]
}
