import { nearest } from './nearest.js'
import { SETTING_LIST } from './setting-list.js'

const KNOWN = [...SETTING_LIST.map(({ env }) => env), 'STATUSLINE_CONFIG']
/** Of the command line, and of the tests. */
const OTHERS = /^STATUSLINE_(URL|KEY|PROPERTY_RUNS|TEST_\w+)$/

/** A line for each variable that begins with STATUSLINE_ and that nobody reads, with the nearest one that there is. */
export function unknownVariables(env: Readonly<Record<string, string | undefined>>): string[] {
  const known = new Set([...KNOWN, ...KNOWN.map((name) => `${name}_FILE`)])
  return Object.keys(env)
    .filter((name) => name.startsWith('STATUSLINE_') && !known.has(name) && !OTHERS.test(name))
    .map((name) => `${JSON.stringify(name).slice(1, -1)} is not a setting; did you mean ${nearest(name, KNOWN)}?`)
}
