const SHOWN_KEYS = 8

/** Why a record tells no status: the keys of a JSON record, so that one sees what it does tell. */
export function withoutStatus(text: string): string {
  const keys = keysOf(text)
  if (keys === null) return 'it is cut before the status'
  const more = keys.length > SHOWN_KEYS ? `, and ${keys.length - SHOWN_KEYS} more` : ''
  const why = keys.some((key) => key.toLowerCase() === 'code')
    ? 'a code is a status only beside a method, path, route, host or duration'
    : 'no key names a status'
  return `${why}; its keys are ${keys.slice(0, SHOWN_KEYS).join(', ')}${more}`
}

/** Null for what is no whole JSON object. */
function keysOf(text: string): string[] | null {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? Object.keys(value) : null
  } catch {
    return null
  }
}
