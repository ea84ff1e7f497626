/** The database cannot be used as it is; the message is one line that says what to change. */
export class DatabaseRefused extends Error {
  override readonly name = 'DatabaseRefused'
}
