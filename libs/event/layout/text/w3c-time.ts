import type { NamedValue } from '../field-table.js'

/** The time of a row in UTC, as ISO 8601 or epoch seconds; `-` where the row has none. `day`: where it only has a time. */
export function w3cTime(value: NamedValue, day?: string): unknown {
  const date = value('date') ?? day
  const time = value('time')
  return typeof date === 'string' && typeof time === 'string' ? `${date}T${time}Z` : (value('timestamp') ?? '-')
}
