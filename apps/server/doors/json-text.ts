/** JSON of a parsed value; `null` where it nests deeper than the stack holds, which the parser allows and the writer does not. */
export function jsonText(value: unknown): string {
  try {
    return JSON.stringify(value) ?? 'null'
  } catch {
    return 'null'
  }
}
