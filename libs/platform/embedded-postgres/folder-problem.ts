import { EmbeddedPostgresError } from './error.js'

/** What a new database takes with its schema and the log of its first hours. */
const NEW_DATABASE_MB = 100

/** The refusal of a data folder that is closed to this user, read-only or full; undefined where the error is about something else. */
export function folderProblem(dataDir: string, error: unknown): EmbeddedPostgresError | undefined {
  return noRoom(dataDir, error) ?? (isFileError(error) ? refusal(dataDir, error) : undefined)
}

/** The refusal of a data folder whose disk is full, whoever met it: this process, a program of PostgreSQL or a statement. */
export function noRoom(dataDir: string, error: unknown): EmbeddedPostgresError | undefined {
  if (!hasMessage(error) || !/no space left on device|disk quota exceeded/i.test(error.message)) return undefined
  return refusal(dataDir, error, `make room (a new database takes ${NEW_DATABASE_MB} MB), `)
}

interface Told {
  readonly message: string
}

const refusal = (dataDir: string, { message }: Told, advice = ''): EmbeddedPostgresError =>
  new EmbeddedPostgresError(
    `the data folder ${dataDir} cannot be used: ${message}; ${advice}set STATUSLINE_DATA to another folder, or DATABASE_URL`,
  )

const hasMessage = (error: unknown): error is Told =>
  typeof error === 'object' && error !== null && 'message' in error && typeof error.message === 'string'

const isFileError = (error: unknown): error is Told =>
  hasMessage(error) && 'syscall' in error && !String(error.syscall).startsWith('spawn')
