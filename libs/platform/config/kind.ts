import { wrongValue } from './config-error.js'
import { Secret } from './secret.js'

/** How to read one value, from YAML or from the text of an environment variable. */
export interface Kind<T> {
  /** What is allowed, to stand after "allowed:". */
  readonly allowed: string
  /** Its value, or a part of it, is never shown. */
  readonly secret?: boolean
  /** A list or a mapping: JSON in an environment variable, for some also words between commas. */
  readonly structured?: 'json' | 'json or words'
  /** Returns the value; throws ConfigError naming `setting`. */
  read(value: unknown, setting: string): T
}

/** A whole number within limits, both allowed. */
export function integer(minimum: number, maximum: number): Kind<number> {
  const allowed = `a whole number from ${minimum} to ${maximum}`
  return {
    allowed,
    read: (value, setting) => inRange(wholeNumber(value), minimum, maximum) ?? refuse(setting, value, allowed),
  }
}

const BYTES_PER_UNIT: Readonly<Record<string, number>> = { '': 1, KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3 }

/** A size in bytes, as a number or with KiB, MiB or GiB behind it. */
export function bytes(minimum: number, maximum: number): Kind<number> {
  const allowed = `bytes from ${minimum} to ${maximum}, also as "64 MiB"`
  return {
    allowed,
    read: (value, setting) => inRange(sizeOf(value), minimum, maximum) ?? refuse(setting, value, allowed),
  }
}

function sizeOf(value: unknown): number | undefined {
  const [, digits, unit = ''] = /^(\d{1,15})\s*(KiB|MiB|GiB)?$/.exec(String(value)) ?? []
  return digits === undefined ? undefined : Number(digits) * (BYTES_PER_UNIT[unit] ?? 1)
}

function wholeNumber(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? value : undefined
  return typeof value === 'string' && /^-?\d{1,15}$/.test(value) ? Number(value) : undefined
}

function inRange(value: number | undefined, minimum: number, maximum: number): number | undefined {
  return value !== undefined && value >= minimum && value <= maximum ? value : undefined
}

const BOOLEANS: Readonly<Record<string, boolean>> = { true: true, false: false, '1': true, '0': false }

/** true or false. */
export const flag: Kind<boolean> = {
  allowed: 'true or false',
  read: (value, setting) => BOOLEANS[String(value)] ?? refuse(setting, value, 'true or false'),
}

/** One of some words. */
export function oneOf<const Word extends string>(words: readonly Word[]): Kind<Word> {
  const allowed = words.length === 1 ? `only ${words[0]}` : `one of ${words.join(', ')}`
  return { allowed, read: (value, setting) => words.find((word) => word === value) ?? refuse(setting, value, allowed) }
}

/** Text that passes a check; `allowed` says what the check wants. */
export function text(allowed: string, passes: (value: string) => boolean = () => true): Kind<string> {
  return {
    allowed,
    read: (value, setting) =>
      typeof value === 'string' && value !== '' && !hasControls(value) && passes(value)
        ? value
        : refuse(setting, value, allowed),
  }
}

/** Text over any number of lines. */
export function lines(allowed: string): Kind<string> {
  return {
    allowed,
    read: (value, setting) =>
      typeof value === 'string' && value.trim() !== '' && !hasControls(value.replaceAll(/[\t\r\n]/g, ''))
        ? value
        : refuse(setting, value, allowed),
  }
}

const SMALLEST_SHARE = 0.000001

/** A share of a whole, no lower than what is believed of a record that tells it. */
export const share: Kind<number> = {
  allowed: 'a number from 0.000001 to 1',
  read: (value, setting) => {
    const number = typeof value === 'string' && /^\d*\.?\d+$/.test(value) ? Number(value) : value
    const isShare = typeof number === 'number' && number >= SMALLEST_SHARE && number <= 1
    return isShare ? number : refuse(setting, value, share.allowed)
  },
}

function hasControls(value: string): boolean {
  return Array.from(value).some((letter) => letter < ' ' || letter === '\u007F')
}

/** Text that is never shown again. */
export function secret(kind: Kind<string>): Kind<Secret> {
  return {
    allowed: kind.allowed,
    secret: true,
    read: (value, setting) => new Secret(hidingValue(kind, value, setting)),
  }
}

/** Text that may hold something secret: a message does not repeat a wrong one. */
export function hiddenWhenWrong(kind: Kind<string>): Kind<string> {
  return { ...kind, secret: true, read: (value, setting) => hidingValue(kind, value, setting) }
}

function hidingValue(kind: Kind<string>, value: unknown, setting: string): string {
  try {
    return kind.read(value, setting)
  } catch {
    throw wrongValue(setting, value, kind.allowed, true)
  }
}

/** A kind that can also be switched off with the word `off`. */
export function orOff<T>(kind: Kind<T>): Kind<T | undefined> {
  return {
    ...kind,
    allowed: `off, or ${kind.allowed}`,
    read: (value, setting) => (value === 'off' || value === false ? undefined : readAs(kind, value, setting)),
  }
}

function readAs<T>(kind: Kind<T>, value: unknown, setting: string): T {
  try {
    return kind.read(value, setting)
  } catch {
    throw wrongValue(setting, value, `off, or ${kind.allowed}`, kind.secret)
  }
}

/** A kind that can also be left to the process, with the word `auto`. */
export function orAuto<T>(kind: Kind<T>): Kind<T | 'auto'> {
  const allowed = `auto, or ${kind.allowed}`
  return {
    ...kind,
    allowed,
    read: (value, setting) => {
      if (value === 'auto') return value
      try {
        return kind.read(value, setting)
      } catch {
        throw wrongValue(setting, value, allowed, kind.secret)
      }
    },
  }
}

/** Refuses a value; never returns. */
export function refuse(setting: string, value: unknown, allowed: string, hidden = false): never {
  throw wrongValue(setting, value, allowed, hidden)
}
