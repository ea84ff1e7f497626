/** Rows of one statement: to write more of them as text at one go would hold the thread, and take the memory, for long. */
export const ROWS_AT_ONCE = 2_000

/** Cuts rows into those of one statement each; none of no rows. */
export function* portionsOf<Row>(rows: readonly Row[]): Generator<readonly Row[]> {
  for (let from = 0; from < rows.length; from += ROWS_AT_ONCE) yield rows.slice(from, from + ROWS_AT_ONCE)
}
