import type { Config } from './config.js'
import { Secret } from './secret.js'
import { SETTING_LIST } from './setting-list.js'

/** One row about one setting, for the documentation and for `config check`. */
export interface SettingRow {
  readonly setting: string
  readonly env: string
  readonly fallback: string
  readonly allowed: string
  readonly says: string
}

/** The table of all settings, in its order. */
export function settingRows(): SettingRow[] {
  return SETTING_LIST.map(({ path, env, setting }) => ({
    setting: path.join('.'),
    env,
    fallback: shown(setting.fallback),
    allowed: setting.kind.allowed,
    says: setting.says,
  }))
}

/** Every setting with its present value as text; secrets are hidden. */
export function describeConfig(config: Config): { setting: string; value: string }[] {
  return SETTING_LIST.map(({ path }) => {
    const value = path.reduce<unknown>((node, name) => (node as Record<string, unknown>)[name], config)
    return { setting: path.join('.'), value: shown(value) }
  })
}

function shown(value: unknown): string {
  if (value === undefined) return 'off'
  if (value instanceof Secret) return value.toString()
  return typeof value === 'string'
    ? value
    : JSON.stringify(value, (_, item: unknown) => (item instanceof Map ? Object.fromEntries(item) : item))
}
