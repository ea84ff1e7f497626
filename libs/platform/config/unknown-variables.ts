import { nearest } from './nearest.js'
import { SETTING_LIST } from './setting-list.js'

const PREFIX = 'STATUSLINE_'
const KNOWN = [...SETTING_LIST.map(({ env }) => env), 'STATUSLINE_CONFIG']
/** Of the command line, and of the tests. */
const OTHERS = /^STATUSLINE_(URL|KEY|PROPERTY_RUNS|TEST_\w+)$/

/** A line for each variable that begins with STATUSLINE_ and that nobody reads, with one that there is where it is near. */
export function unknownVariables(env: Readonly<Record<string, string | undefined>>): string[] {
  const known = new Set([...KNOWN, ...KNOWN.map((name) => `${name}_FILE`)])
  return Object.keys(env)
    .filter((name) => name.startsWith(PREFIX) && !known.has(name) && !OTHERS.test(name))
    .map((name) => `${JSON.stringify(name).slice(1, -1)} is not a setting${meant(name)}`)
}

/** The prefix is always right, and says nothing of how near a name is. */
function meant(name: string): string {
  const words = KNOWN.filter((known) => known.startsWith(PREFIX)).map((known) => known.slice(PREFIX.length))
  const near = nearest(name.slice(PREFIX.length), words)
  return near === undefined ? '' : `; did you mean ${PREFIX}${near}?`
}
