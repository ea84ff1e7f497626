/** Undoes the escapes of a value that was written as a JSON string without its quotes; other text stays as it is. */
export function unescapeJson(raw: string): string {
  if (!raw.includes('\\')) return raw
  try {
    const value: unknown = JSON.parse(`"${raw}"`)
    return typeof value === 'string' ? value : raw
  } catch {
    return raw
  }
}
