import { MONTHS } from '../value/instant.js'

/** What a group of the form holds. */
type Part = 'Y' | 'y' | 'm' | 'b' | 'd' | 'j' | 'H' | 'I' | 'p' | 'M' | 'S' | 'z' | 'Z' | 'epoch' | 'fraction'

interface Group {
  readonly part: Part | null
  readonly form: string
}

/** The conversions that tell something, and those that only take room. */
const GROUPS: ReadonlyMap<string, Group> = new Map<string, Group>([
  ['Y', { part: 'Y', form: String.raw`\d{4}` }],
  ['y', { part: 'y', form: String.raw`\d\d` }],
  ['m', { part: 'm', form: String.raw`\d\d` }],
  ['b', { part: 'b', form: '[A-Z][a-z]{2}' }],
  ['h', { part: 'b', form: '[A-Z][a-z]{2}' }],
  ['B', { part: 'b', form: '[A-Z][a-z]{2,8}' }],
  ['d', { part: 'd', form: String.raw`\d\d` }],
  ['e', { part: 'd', form: String.raw`[ \d]\d` }],
  ['j', { part: 'j', form: String.raw`\d{3}` }],
  ['H', { part: 'H', form: String.raw`\d\d` }],
  ['k', { part: 'H', form: String.raw`[ \d]\d` }],
  ['I', { part: 'I', form: String.raw`\d\d` }],
  ['l', { part: 'I', form: String.raw`[ \d]\d` }],
  ['p', { part: 'p', form: '[APap][Mm]' }],
  ['M', { part: 'M', form: String.raw`\d\d` }],
  ['S', { part: 'S', form: String.raw`\d\d` }],
  ['z', { part: 'z', form: String.raw`[+-]\d{4}` }],
  ['Z', { part: 'Z', form: '[A-Za-z+-]{1,8}' }],
  ['s', { part: 'epoch', form: String.raw`\d{1,12}` }],
  ['a', { part: null, form: '[A-Z][a-z]{2}' }],
  ['A', { part: null, form: '[A-Z][a-z]{5,8}' }],
  ['u', { part: null, form: String.raw`\d` }],
  ['w', { part: null, form: String.raw`\d` }],
])
const SHORTHANDS: Readonly<Record<string, string>> = {
  T: '%H:%M:%S',
  F: '%Y-%m-%d',
  D: '%m/%d/%y',
  R: '%H:%M',
  r: '%I:%M:%S %p',
}

/** A time as a directive writes it: the form of its text, and what is in it. */
export interface TimeForm {
  readonly form: RegExp
  /** Whether date and clock are whole, so that every value is a time. */
  readonly isWhole: boolean
  /** ISO 8601, or an epoch number; undefined where a part of the date is missing. */
  decode(raw: string): string | undefined
}

/** What `%{…}t` may hold besides strftime, with the groups it stands for. */
const WORDS: Readonly<Record<string, Group>> = {
  sec: { part: 'epoch', form: String.raw`\d{1,12}` },
  msec: { part: 'epoch', form: String.raw`\d{1,15}` },
  usec: { part: 'epoch', form: String.raw`\d{1,18}` },
  msec_frac: { part: 'fraction', form: String.raw`\d{3}` },
  usec_frac: { part: 'fraction', form: String.raw`\d{6}` },
  nsec_frac: { part: 'fraction', form: String.raw`\d{9}` },
}

/** The form of a time in `%{…}t` texts with literals between them; `unknown` names a conversion that nobody knows. */
export function timeForm(
  parts: readonly (string | { readonly literal: string })[],
): TimeForm | { readonly unknown: string } {
  const groups: Group[] = []
  for (const part of parts) {
    if (typeof part !== 'string') groups.push({ part: null, form: literally(part.literal) })
    else {
      const read = Object.hasOwn(WORDS, part) ? [WORDS[part] as Group] : conversionsOf(part)
      if (!Array.isArray(read)) return read
      groups.push(...read)
    }
  }
  const told = groups.filter(({ part }) => part !== null)
  const form = new RegExp(groups.map((group) => (group.part === null ? group.form : `(${group.form})`)).join(''), 'y')
  return { form, isWhole: isWhole(told), decode: (raw) => timeIn(form, told, raw) }
}

function isWhole(told: readonly Group[]): boolean {
  const parts = new Set(told.map(({ part }) => part))
  const isDated = (parts.has('Y') || parts.has('y')) && (parts.has('m') || parts.has('b')) && parts.has('d')
  const isClocked = (parts.has('H') || (parts.has('I') && parts.has('p'))) && parts.has('M')
  return parts.has('epoch') || (isDated && isClocked)
}

/** A form whose times are UTC where they name no zone. */
export function inUtc(form: TimeForm): TimeForm {
  return { ...form, decode: (raw) => zoned(form.decode(raw)) }
}

/** A zone or an epoch number needs nothing. */
function zoned(time: string | undefined): string | undefined {
  return time !== undefined && /T[\d:.]+$/.test(time) ? `${time}Z` : time
}

function conversionsOf(format: string): Group[] | { readonly unknown: string } {
  const groups: Group[] = []
  for (const [word] of format
    .replaceAll(/%([TFDRr])/g, (_, letter: string) => SHORTHANDS[letter] ?? '')
    .matchAll(/%[EO]?.|[^%]+|%/gs)) {
    if (!word.startsWith('%')) groups.push({ part: null, form: literally(word) })
    else if (word === '%%') groups.push({ part: null, form: '%' })
    else {
      const group = GROUPS.get(word.at(-1) ?? '')
      if (group === undefined) return { unknown: word }
      groups.push(group)
    }
  }
  return groups
}

function timeIn(form: RegExp, told: readonly Group[], raw: string): string | undefined {
  form.lastIndex = 0
  const match = form.exec(raw)
  if (match === null) return raw
  const values = new Map<Part, string>()
  for (const [index, { part }] of told.entries()) if (part !== null) values.set(part, match[index + 1] ?? '')
  const fraction = values.get('fraction')
  const epoch = values.get('epoch')
  if (epoch !== undefined) return fraction === undefined ? epoch : `${epoch}.${fraction}`
  const date = dateIn(values)
  const clock = clockIn(values)
  return date === undefined || clock === undefined
    ? undefined
    : `${date}T${clock}${fraction === undefined ? '' : `.${fraction}`}${zoneIn(values)}`
}

function dateIn(values: ReadonlyMap<Part, string>): string | undefined {
  const year = values.get('Y') ?? (values.has('y') ? `20${values.get('y')}` : undefined)
  const name = values.get('b')?.slice(0, 3) as (typeof MONTHS)[number] | undefined
  const month = name === undefined ? values.get('m') : two(String(MONTHS.indexOf(name) + 1))
  const day = values.get('d')
  return year === undefined || month === undefined || day === undefined ? undefined : `${year}-${month}-${two(day)}`
}

function clockIn(values: ReadonlyMap<Part, string>): string | undefined {
  const twelve = values.get('I')
  const half = values.get('p')?.toUpperCase()
  const isKnown = twelve !== undefined && half !== undefined
  const hour = values.get('H') ?? (isKnown ? String((Number(twelve) % 12) + (half === 'PM' ? 12 : 0)) : undefined)
  const minute = values.get('M')
  return hour === undefined || minute === undefined ? undefined : `${two(hour)}:${minute}:${values.get('S') ?? '00'}`
}

/** A name of a zone says something only where it is UTC. */
function zoneIn(values: ReadonlyMap<Part, string>): string {
  const name = values.get('Z')
  return values.get('z') ?? (name === 'UTC' || name === 'GMT' || name === 'Z' ? 'Z' : '')
}

function two(digits: string): string {
  return digits.trim().padStart(2, '0')
}

/** A literal text as a regular expression. */
function literally(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`)
}
