import { parseArgs } from 'node:util'

/** What runs unless one is named. */
export const USUAL_PARTS = [
  'scan',
  'threads',
  'ingest',
  'single',
  'replay',
  'query',
  'graphql',
  'metrics',
  'start',
] as const
/** Parts that run for minutes, and only where they are named. */
export const LONG_PARTS = ['cost', 'overload', 'overload-single', 'flatness', 'soak'] as const
export type Part = (typeof USUAL_PARTS)[number] | (typeof LONG_PARTS)[number]

const PARTS: readonly Part[] = [...USUAL_PARTS, ...LONG_PARTS]
const SWITCH = { type: 'boolean' } as const
const VALUE = { type: 'string' } as const
const OPTIONS = {
  json: SWITCH,
  save: SWITCH,
  smoke: SWITCH,
  compare: SWITCH,
  help: SWITCH,
  only: VALUE,
  lines: VALUE,
  runs: VALUE,
  seconds: VALUE,
  minutes: VALUE,
  rate: VALUE,
} as const
/** What is a whole number from 1, and the largest that is taken. */
const LARGEST = { lines: 1e9, runs: 1_000, seconds: 86_400, minutes: 1_440, rate: 1e6 } as const

type Count = keyof typeof LARGEST
type Switch = Exclude<keyof typeof OPTIONS, Count | 'only'>

/** A wrong argument: one line that names it and what is allowed. */
export class WrongArgument extends Error {
  override readonly name = 'WrongArgument'
}

/** What the words behind `npm run bench --` ask for; undefined where they do not say. Throws a WrongArgument. */
export const optionsOf = (words: readonly string[]) => {
  // Not strict: it would tell what is wrong in several lines, and not what is allowed.
  const { values, positionals, tokens } = parseArgs({
    args: [...words],
    options: OPTIONS,
    strict: false,
    allowPositionals: true,
    tokens: true,
  })
  for (const token of tokens) if (token.kind === 'option') checkOption(token)
  checkFiles(values.compare === true, positionals)
  const isOn = (name: Switch): boolean => values[name] === true
  const number = (name: Count): number | undefined => (values[name] === undefined ? undefined : Number(values[name]))
  return {
    json: isOn('json'),
    save: isOn('save'),
    smoke: isOn('smoke'),
    compare: isOn('compare'),
    help: isOn('help'),
    only: values.only as Part | undefined,
    lines: number('lines'),
    runs: number('runs'),
    seconds: number('seconds'),
    minutes: number('minutes'),
    rate: number('rate'),
    files: positionals,
  }
}

export type Options = ReturnType<typeof optionsOf>

const checkOption = ({ name, rawName, value }: { name: string; rawName: string; value?: string | undefined }): void => {
  const known = Object.entries(OPTIONS).find(([option]) => option === name)
  if (known === undefined || rawName !== `--${name}`)
    throw new WrongArgument(`there is no option ${rawName}; allowed: ${Object.keys(OPTIONS).map(asOption).join(', ')}`)
  const allowed = allowedOf(name)
  if (!allowed.takes(value))
    throw new WrongArgument(
      `${rawName} ${value === undefined ? 'has no value' : `is ${JSON.stringify(value)}`}; allowed: ${allowed.words}`,
    )
}

/** Which values an option takes; none is undefined. */
const allowedOf = (name: string): { readonly words: string; takes(value: string | undefined): boolean } => {
  if (name === 'only') return { words: PARTS.join(', '), takes: (value) => PARTS.some((part) => part === value) }
  const largest = Object.entries(LARGEST).find(([count]) => count === name)?.[1]
  if (largest === undefined) return { words: 'no value', takes: (value) => value === undefined }
  const takes = (value = ''): boolean => /^\d+$/.test(value) && Number(value) >= 1 && Number(value) <= largest
  return { words: `whole numbers from 1 to ${largest.toLocaleString('en-US')}`, takes }
}

const checkFiles = (isCompare: boolean, files: readonly string[]): void => {
  const [told, allowed] = [JSON.stringify(files.join(' ')), 'two files that --save or --json has made']
  if (isCompare && files.length !== 2)
    throw new WrongArgument(`--compare is ${files.length === 0 ? 'without a file' : told}; allowed: ${allowed}`)
  if (!isCompare && files.length > 0)
    throw new WrongArgument(`${told} is no option; allowed: files behind --compare only`)
}

const asOption = (name: string): string => `--${name}`
