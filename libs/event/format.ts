/** Layouts of a record that a source may name, each with a sentence for people. */
export const FORMATS = [
  { name: 'auto', sentence: 'Each record is recognised by itself: a JSON object, or a line of the combined family.' },
  {
    name: 'json',
    sentence: 'JSON objects in the canonical spelling or any alias; durations without a unit are milliseconds.',
  },
  { name: 'nginx_json', sentence: "JSON objects written by nginx's log_format; durations without a unit are seconds." },
  {
    name: 'combined',
    sentence: "Lines of nginx's and Apache's combined and vhost_combined format, with any extras behind.",
  },
  { name: 'common', sentence: 'Lines of the common log format: combined without referer and user agent.' },
] as const

/** The name of a record layout; `auto` where the source names none. */
export type FormatName = (typeof FORMATS)[number]['name']

const JSON_FORMATS: ReadonlySet<FormatName> = new Set<FormatName>(['auto', 'json', 'nginx_json'])
const TEXT_FORMATS: ReadonlySet<FormatName> = new Set<FormatName>(['auto', 'combined', 'common'])

/** Whether a text names a format. */
export function isFormatName(text: string): text is FormatName {
  return FORMATS.some(({ name }) => name === text)
}

/** Whether records of this format may be JSON. */
export function allowsJson(format: FormatName): boolean {
  return JSON_FORMATS.has(format)
}

/** Whether records of this format may be text lines. */
export function allowsText(format: FormatName): boolean {
  return TEXT_FORMATS.has(format)
}
