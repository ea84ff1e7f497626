import { printable } from './printable.js'

/** Rows under a header, columns padded to their widest value; control characters never reach the terminal. */
export function table(header: readonly string[], rows: readonly (readonly unknown[])[]): string {
  const cells = [header, ...rows].map((row) =>
    row.map((value) => printable(value === null || value === undefined ? '' : String(value))),
  )
  const widths = header.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)))
  return cells
    .map(
      (row) =>
        row
          .map((cell, column) => cell.padEnd(widths[column] ?? 0))
          .join('  ')
          .trimEnd() + '\n',
    )
    .join('')
}
