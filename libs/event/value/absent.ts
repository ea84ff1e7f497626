/** Words by which logs say "there was none"; the same for every field. */
const ABSENT: ReadonlySet<string> = new Set(['', '-', 'null', '""', '"-"', '[REDACTED]', '<NOSRV>', '<BADREQ>'])

/** Whether a trimmed text means that the value is absent. */
export function isAbsent(trimmed: string): boolean {
  return ABSENT.has(trimmed)
}
