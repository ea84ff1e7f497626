import { readFileSync } from 'node:fs'
import { ConfigError, loadConfig } from '#platform'
import { UsageError, type Command } from '../command.js'

/** Reads the settings as the server would, without starting anything. */
export const config: Command = {
  name: 'config',
  summary: 'check the settings of this environment, as the server would read them',
  usage: 'statusline config check',
  async run(args, { env, stdout, stderr }) {
    if (args.length !== 1 || args[0] !== 'check') throw new UsageError('check is the only verb')
    try {
      const settings = loadConfig(env, (path) => readFileSync(path, 'utf8'))
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
