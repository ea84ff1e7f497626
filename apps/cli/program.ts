import { Console } from 'node:console'
import { UsageError, type Command } from './command.js'
import { codes } from './commands/codes.js'
import { config } from './commands/config.js'
import { demo } from './commands/demo.js'
import { doctor } from './commands/doctor.js'
import { formats } from './commands/formats.js'
import { keys } from './commands/keys.js'
import { rejects } from './commands/rejects.js'
import { replay, ship } from './commands/ship.js'
import { printable } from './printable.js'
import { ServerClient } from './server-client.js'

const COMMANDS: readonly Command[] = [ship, replay, formats, codes, keys, rejects, doctor, config, demo]
const STOPPING = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
/** As shells report a command that Ctrl-C ended. */
const INTERRUPTED = 130
const DEFAULT_URL = 'http://127.0.0.1:8080'

const ENVIRONMENT = `STATUSLINE_URL  the server (${DEFAULT_URL})\nSTATUSLINE_KEY  an API key, once keys exist\n`

const help = () =>
  `statusline COMMAND …\n\n${COMMANDS.map((c) => `  ${c.name.padEnd(9)}${c.summary}\n`).join('')}\n${ENVIRONMENT}`

const helpOf = ({ summary, usage, asksServer }: Command) =>
  `${summary}\n\n${usage}\n${asksServer === true ? `\nenvironment:\n${ENVIRONMENT}` : ''}`

/** Runs the command that `argv` names; returns the exit code. */
export async function main(argv: readonly string[]): Promise<number> {
  const [name, ...args] = argv
  if (name === undefined || name === 'help' || name === '--help' || name === '-h') {
    process.stdout.write(help())
    return name === undefined ? 2 : 0
  }
  const command = COMMANDS.find((candidate) => candidate.name === name)
  if (command === undefined) {
    process.stderr.write(`statusline: no command "${name}"\n\n${help()}`)
    return 2
  }
  if (args.includes('--help') || args.includes('-h')) {
    process.stdout.write(helpOf(command))
    return 0
  }
  return runCommand(command, args)
}

async function runCommand(command: Command, args: readonly string[]): Promise<number> {
  const stop = new AbortController()
  const onSignal = () => stop.abort()
  for (const name of STOPPING) process.on(name, onSignal)
  process.once('disconnect', onSignal)
  process.channel?.unref()
  // Whoever read our output has gone (`… | head`): there is nobody to tell, but what was started must be stopped.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', onSignal)
  try {
    return await command.run(args, {
      client: new ServerClient(process.env['STATUSLINE_URL'] ?? DEFAULT_URL, process.env['STATUSLINE_KEY']),
      stdin: process.stdin,
      stdout: process.stdout,
      stderr: process.stderr,
      env: process.env,
      signal: stop.signal,
    })
  } catch (error) {
    return stop.signal.aborted ? INTERRUPTED : explain(command, error)
  } finally {
    for (const name of STOPPING) process.removeListener(name, onSignal)
    process.removeListener('disconnect', onSignal)
  }
}

function explain(command: Command, error: unknown): number {
  const log = new Console(process.stderr)
  const isParse =
    error instanceof TypeError && String((error as NodeJS.ErrnoException).code).startsWith('ERR_PARSE_ARGS')
  if (error instanceof UsageError || isParse) {
    log.error(`statusline ${command.name}: ${shown(error.message)}\nusage: ${command.usage}`)
    return 2
  }
  log.error(`statusline ${command.name}: ${shown(error instanceof Error ? error.message : String(error))}`)
  return 1
}

/** A message may name what a sender or a server wrote. */
const shown = (message: string): string => message.split('\n').map(printable).join('\n')
