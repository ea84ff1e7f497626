const UNIT_MS: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 7 * 86_400_000,
}

/** Reads a duration such as `15m`, `24h`, `30d` or `2w` into milliseconds; null when it is none. */
export function durationFromText(text: string): number | null {
  const match = /^([1-9]\d{0,8})([smhdw])$/.exec(text)
  const unitMs = UNIT_MS[match?.[2] ?? '']
  return match === null || unitMs === undefined ? null : Number(match[1]) * unitMs
}

/** Writes milliseconds (whole seconds) in the largest unit that divides them. */
export function durationToText(ms: number): string {
  const unit = ['w', 'd', 'h', 'm', 's'].find((name) => ms % (UNIT_MS[name] ?? 1) === 0) ?? 's'
  const [size, name] = unit === 'w' && ms !== UNIT_MS['w'] ? [UNIT_MS['d'] ?? 1, 'd'] : [UNIT_MS[unit] ?? 1, unit]
  return `${ms / size}${name}`
}
