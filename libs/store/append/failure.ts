import { DatabaseError } from 'pg'

/**
 * SQLSTATE classes of faults that are not in the data: connection, idle session, rollback (deadlock), rights and schema,
 * resources, intervention (shutdown, timeout), system. They pass, by themselves or by an administrator's hand.
 */
const PASSING_CLASSES = new Set(['08', '25', '40', '42', '53', '57', '58'])
const LOCK_NOT_AVAILABLE = '55P03'

/** True when the same statement may succeed later as it is; false when its data are at fault, or our code. */
export function isPassing(error: unknown): boolean {
  if (error instanceof DatabaseError)
    return PASSING_CLASSES.has(error.code?.slice(0, 2) ?? '') || error.code === LOCK_NOT_AVAILABLE
  if (!(error instanceof Error)) return false
  return 'syscall' in error || CONNECTION_MESSAGE.test(error.message)
}

/** pg reports a lost connection, a refused one and a closed pool with plain errors. */
const CONNECTION_MESSAGE = /^(Connection terminated|Client |timeout exceeded|Query read timeout|Cannot use a pool)/
