import { readFileSync } from 'node:fs'

const { scripts } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  readonly scripts: { readonly start: string }
}

/** What `npm start` tells Node, as package.json has it. */
export const START_FLAGS: readonly string[] = scripts.start.split(' ').filter((word) => word.startsWith('--'))

/** What `npm start` sets in the environment: what stands before the command. */
export const START_ENV: Readonly<Record<string, string>> = Object.fromEntries(
  (scripts.start.split('exec ')[0] ?? '').split(' ').flatMap((word) => {
    const [name, value] = word.split('=')
    return name === undefined || value === undefined ? [] : [[name, value]]
  }),
)
