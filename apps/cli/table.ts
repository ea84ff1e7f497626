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

/** Text from a log is hostile: terminal escapes and other control characters are shown, not obeyed. */
export function printable(text: string): string {
  return Array.from(text, (character) => {
    const code = character.charCodeAt(0)
    const isControl = code < 0x20 || (code >= 0x7f && code < 0xa0)
    return isControl ? `\\x${code.toString(16).padStart(2, '0')}` : character
  }).join('')
}
