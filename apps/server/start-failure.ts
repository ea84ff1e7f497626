import { EmbeddedPostgresError, noRoom, type Config } from '#platform'
import { DatabaseRefused } from '#store'

/** The server must not be started with these settings; the message is one line. */
export class StartRefused extends Error {
  override readonly name = 'StartRefused'
}

/** Why the start failed, in one line that names the setting to change where there is one. */
export function reasonNotToStart(
  error: unknown,
  { host, port, databaseUrl, dataDir }: Pick<Config, 'host' | 'port' | 'databaseUrl' | 'dataDir'>,
): string {
  if (error instanceof StartRefused) return error.message
  if (error instanceof DatabaseRefused) return `the database cannot be used: ${oneLine(error)}`
  if (error instanceof EmbeddedPostgresError) return oneLine(error)
  const full = databaseUrl === undefined ? noRoom(dataDir, error) : undefined
  if (full !== undefined) return full.message
  switch (codeOf(error)) {
    case 'EADDRINUSE':
      return `PORT is ${port}: another program listens there already`
    case 'EACCES':
      return `PORT is ${port}: this user may not listen there`
    case 'EADDRNOTAVAIL':
      return `HOST is ${host}: this machine has no such address`
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `HOST is ${host}, which is neither an address nor a name that this machine can resolve`
    default:
      return `the server did not start: ${reasonOf(error)}`
  }
}

/** An error's reason in one line. */
export const reasonOf = (error: unknown): string => (error instanceof Error ? oneLine(error) : String(error))

/** Postgres and the network put the reason of an error with several causes into the causes. */
function oneLine(error: Error): string {
  const first = error instanceof AggregateError && error.message === '' ? (error.errors[0] as Error) : error
  return first.message.split('\n')[0] ?? ''
}

function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null || !('code' in error) || !('syscall' in error)) return ''
  return (error.syscall === 'listen' || error.syscall === 'getaddrinfo') && typeof error.code === 'string'
    ? error.code
    : ''
}
