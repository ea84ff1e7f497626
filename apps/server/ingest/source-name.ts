const SOURCE_NAME = /^[\w.:/-]{1,100}$/

/** Used where a request names no source at all. */
export const DEFAULT_SOURCE = 'default'

/** May a sender use this name? The braces of `{other}` are not allowed, so the overflow source cannot be forged. */
export function isSourceName(name: string): boolean {
  return SOURCE_NAME.test(name)
}
