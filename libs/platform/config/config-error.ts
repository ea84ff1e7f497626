/** A setting that stops the start; the message is one line with its name, its value and what is allowed. */
export class ConfigError extends Error {
  override name = 'ConfigError'
}

/** Words a wrong value the same way everywhere; a secret value is not repeated. */
export function wrongValue(setting: string, value: unknown, allowed: string, secret = false): ConfigError {
  return new ConfigError(`${setting} is ${secret ? '(hidden)' : shown(value)}; allowed: ${allowed}`)
}

/** JSON keeps the value on one line and its control characters harmless. */
function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value)
  return text.length > 100 ? `${text.slice(0, 100)}…` : text
}
