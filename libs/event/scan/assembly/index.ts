import { MAX_ROWS, ROW_BYTES } from '../row-layout'
import { readLine } from './combined'
import { RETURN } from './bytes'
import * as field from './field'
import { nextObject, readObject } from './json'
import { ROWS } from './memory'
import * as row from './row'
import { beginRows } from './texts'

export { MARGIN_BYTES, METHOD_BY_START, METHOD_BYTES, ROWS, WINDOW, WINDOW_BYTES } from './memory'

/**
 * Reads objects from the one that opens at `from` on into rows, with the keys of a table; returns how many were read before
 * something else than an object came, an object had to be left to the exact path, or the rows were full.
 */
export function scanObjects(table: i32, from: usize, to: usize): i32 {
  let at = from
  let rows = 0
  beginRows()
  while (rows < MAX_ROWS && at != 0) {
    field.begin(ROWS + <usize>rows * ROW_BYTES)
    const end = readObject(table, at)
    if (end == 0) break
    row.finish(at, end)
    rows++
    at = nextObject(end, to)
  }
  return rows
}

/**
 * Reads lines from the one that begins at `from` on into rows. There must be a line feed at `to - 1`. Each row's record ends
 * with its line feed, not counted.
 */
export function scanLines(from: usize, to: usize): i32 {
  let at = from
  let rows = 0
  beginRows()
  while (rows < MAX_ROWS && at < to) {
    field.begin(ROWS + <usize>rows * ROW_BYTES)
    const end = readLine(at)
    if (end == 0) break
    row.finish(at, end)
    rows++
    at = end + (<i32>load<u8>(end) == RETURN ? 2 : 1)
  }
  return rows
}
