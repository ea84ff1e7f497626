import { SETTINGS, type Setting } from './settings.js'

/** A setting with its place: the path in the YAML file and the environment variable. */
export interface PlacedSetting {
  readonly path: readonly string[]
  readonly env: string
  readonly setting: Setting<unknown>
}

/** Tells a setting from a group of settings. */
export function isSetting(node: object): node is Setting<unknown> {
  return 'kind' in node && 'fallback' in node
}

/** All settings in the order of the table. */
export const SETTING_LIST: readonly PlacedSetting[] = place(SETTINGS, [])

function place(group: object, path: readonly string[]): PlacedSetting[] {
  return Object.entries(group).flatMap(([name, node]: [string, object]) => {
    const here = [...path, name]
    return isSetting(node) ? [{ path: here, env: node.env ?? envName(here), setting: node }] : place(node, here)
  })
}

/** limits.bodyBytes is STATUSLINE_LIMITS_BODY_BYTES. */
function envName(path: readonly string[]): string {
  const words = path.map((name) => name.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase())
  return ['STATUSLINE', ...words].join('_')
}
