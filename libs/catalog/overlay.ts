import type { StatusCode } from './status-code.js'
import { vendorCodes } from './vendor-codes.js'
import { OUTCOMES, OWNERS } from './vocabulary.js'

/** What a user says about one code; what is left out stays as the catalogue has it. The class cannot change. */
export type OverlayCode = Pick<StatusCode, 'code'> & Partial<Omit<StatusCode, 'code' | 'class' | 'source'>>

/** The user's own meaning of some codes, for one traffic source or, without `source`, for all. */
export interface Overlay {
  /** Shown as the `source` of its entries. */
  readonly name: string
  /** The traffic source it holds for; absent: every source. */
  readonly source?: string
  readonly codes: readonly OverlayCode[]
}

/** What was wrong with an overlay, and where. */
export interface OverlayProblem {
  readonly problem: string
}

const TEXT_FIELDS = ['name', 'description', 'whenToUse', 'example'] as const
const KNOWN_FIELDS: readonly string[] = ['code', ...TEXT_FIELDS, 'outcome', 'owner', 'retryable']

/** An overlay under one of these names would hide what the catalogue itself defines. */
const RESERVED_NAMES: ReadonlySet<string> = new Set(['documented', 'iana', ...vendorCodes.map((entry) => entry.source)])

/** Reads overlays from configuration, or says in one line what is wrong with them. */
export function parseOverlays(value: unknown): readonly Overlay[] | OverlayProblem {
  if (!Array.isArray(value)) return { problem: 'overlays: expected a list' }
  const overlays: Overlay[] = []
  for (const [index, item] of value.entries()) {
    const overlay = parseOverlay(item, `overlays[${index}]`)
    if ('problem' in overlay) return overlay
    overlays.push(overlay)
  }
  return overlays
}

function parseOverlay(value: unknown, at: string): Overlay | OverlayProblem {
  if (!isRecord(value)) return { problem: `${at}: expected name, source and codes` }
  const { name, source, codes } = value
  if (typeof name !== 'string' || name === '') return { problem: `${at}.name: expected a text` }
  if (RESERVED_NAMES.has(name)) return { problem: `${at}.name: ${name} is a name of the catalogue, choose another` }
  if (source !== undefined && (typeof source !== 'string' || source === '')) {
    return { problem: `${at}.source: expected the name of a source` }
  }
  if (!Array.isArray(codes)) return { problem: `${at}.codes: expected a list` }
  const parsed: OverlayCode[] = []
  for (const [index, item] of codes.entries()) {
    const code = parseCode(item, `${at}.codes[${index}]`)
    if ('problem' in code) return code
    parsed.push(code)
  }
  return source === undefined ? { name, codes: parsed } : { name, source, codes: parsed }
}

function parseCode(value: unknown, at: string): OverlayCode | OverlayProblem {
  if (!isRecord(value)) return { problem: `${at}: expected a code and what to change` }
  const { code, outcome, owner, retryable } = value
  if (!isOverlayable(code)) return { problem: `${at}.code: expected an integer from 100 to 999` }
  const unknown = Object.keys(value).find((key) => !KNOWN_FIELDS.includes(key))
  if (unknown !== undefined) return { problem: `${at}.${unknown}: expected one of ${KNOWN_FIELDS.join(', ')}` }
  for (const field of TEXT_FIELDS) {
    const text = value[field]
    if (text !== undefined && (typeof text !== 'string' || text === '')) {
      return { problem: `${at}.${field}: expected a text` }
    }
  }
  if (outcome !== undefined && !isWord(OUTCOMES, outcome)) {
    return { problem: `${at}.outcome: expected one of ${OUTCOMES.join(', ')}` }
  }
  if (owner !== undefined && !isWord(OWNERS, owner)) {
    return { problem: `${at}.owner: expected one of ${OWNERS.join(', ')}` }
  }
  if (retryable !== undefined && typeof retryable !== 'boolean') {
    return { problem: `${at}.retryable: expected true or false` }
  }
  return { ...(value as Partial<OverlayCode>), code }
}

function isOverlayable(code: unknown): code is number {
  return typeof code === 'number' && Number.isInteger(code) && code >= 100 && code <= 999
}

function isWord(words: readonly string[], value: unknown): boolean {
  return typeof value === 'string' && words.includes(value)
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
