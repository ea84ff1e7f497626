import { destination, pino, stdTimeFunctions, type DestinationStream, type Logger as PinoLogger } from 'pino'

/** Writes JSON lines; `child({ requestId })` puts the id of a request into each of its lines. */
export type Logger = PinoLogger

/** The least serious line that is written. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent'

const CREDENTIALS = ['authorization', 'x-api-key', 'cookie', 'password', 'secret', 'apiKey', 'adminKey', 'databaseUrl']

/** Makes a logger of JSON lines on standard error, or on another stream. */
export function createLogger(
  level: LogLevel,
  stream: DestinationStream = destination({ dest: 2, sync: true }),
): Logger {
  const paths = CREDENTIALS.flatMap((name) => [`["${name}"]`, `*["${name}"]`, `*.*["${name}"]`])
  const options = {
    level,
    base: null,
    timestamp: stdTimeFunctions.isoTime,
    messageKey: 'message',
    formatters: { level: (label: string) => ({ level: label }) },
    redact: { paths, censor: '(hidden)' },
  }
  return pino(options, { write: (line) => stream.write(escapeTerminal(line)) })
}

/**
 * JSON escapes the low control characters. This escapes those that terminals and viewers obey as well: DEL, the C1 range with its own
 * escape introducer, line and paragraph separators, and marks that reverse the direction of text. They stand inside strings only.
 */
function escapeTerminal(line: string): string {
  return line.replaceAll(
    /[\u007F-\u009F\u200E\u200F\u2028-\u202E\u2066-\u2069]/g,
    (letter) => String.raw`\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
