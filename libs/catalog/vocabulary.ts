/**
 * The words every answer is made of. Stored deltas and cells hold the index of a word, not the word:
 * the ORDER of these three lists is a wire format. Append at the end, never reorder, never remove.
 */
export const STATUS_CLASSES = [
  'informational',
  'success',
  'redirection',
  'client_error',
  'server_error',
  'none',
] as const

/** What happened to the caller, by index in stored data: never reorder. */
export const OUTCOMES = [
  'interim',
  'success',
  'redirect',
  'client_error',
  'throttled',
  'client_closed',
  'server_error',
  'unknown',
] as const

/** Whose fault an error was, by index in stored data: never reorder. */
export const OWNERS = ['client', 'gateway', 'upstream', 'network', 'unknown'] as const

/** The documented category of a code, by range; `none` where no response was sent or the code is 600-999. */
export type StatusClass = (typeof STATUS_CLASSES)[number]
/** What happened to the caller; it may differ from the class. */
export type Outcome = (typeof OUTCOMES)[number]
/** Whose fault an error was. */
export type Owner = (typeof OWNERS)[number]

/** The index of an outcome, as stored. */
export const OUTCOME_INDEX = indexOf(OUTCOMES)
/** The index of an owner, as stored. */
export const OWNER_INDEX = indexOf(OWNERS)
/** The index of a class, as stored. */
export const CLASS_INDEX = indexOf(STATUS_CLASSES)

function indexOf<Word extends string>(words: readonly Word[]): Readonly<Record<Word, number>> {
  return Object.fromEntries(words.map((word, index) => [word, index])) as Record<Word, number>
}
