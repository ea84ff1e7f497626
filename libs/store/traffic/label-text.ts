/** Labels as the exposition formats write them: `a="x",b="y"`. */
export function labelText(labels: Readonly<Record<string, string | number | undefined>>): string {
  let text = ''
  for (const label in labels) text += `${text === '' ? '' : ','}${label}="${quoted(labels[label])}"`
  return text
}

const quoted = (label: string | number | undefined): string =>
  typeof label === 'string' ? (/["\\\n]/.test(label) ? escaped(label).replaceAll('"', '\\"') : label) : String(label)

/** Escapes what both labels and help sentences escape. */
export const escaped = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')
