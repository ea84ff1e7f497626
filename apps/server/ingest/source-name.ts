const SOURCE_NAME = /^[\w.:/-]{1,100}$/

/** Used where a request names no source at all. */
export const DEFAULT_SOURCE = 'default'

/** A source name from words of a sender: what is not allowed in one becomes `_`, and it is cut at 100 characters. */
export function sourceNameOf(words: string): string {
  const name = words.replaceAll(/[^\w.:/-]/g, '_').slice(0, 100)
  return name === '' ? DEFAULT_SOURCE : name
}

/** May a sender use this name? The braces of `{other}` are not allowed, so the overflow source cannot be forged. */
export function isSourceName(name: string): boolean {
  return SOURCE_NAME.test(name)
}
