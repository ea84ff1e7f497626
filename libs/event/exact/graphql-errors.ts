import { UNCODED_GRAPHQL_ERROR } from '#catalog'
import { labelOf } from '../label.js'
import { isAbsent } from '../value/absent.js'

const MAX_ERRORS = 32
/** Longest list that is read out of a text. */
const MAX_LIST_CHARS = 65_536

/**
 * The error codes of a GraphQL response: of a list of codes, of the response's own `errors`, of either or of one error as JSON
 * in a text, or of codes with commas between them. An error without a code counts as one that its server did not foresee.
 */
export function graphqlErrorsOf(value: unknown): readonly string[] {
  const list = typeof value === 'string' ? listOf(value.trim()) : value
  if (!Array.isArray(list)) return []
  return list.slice(0, MAX_ERRORS).flatMap((error: unknown) => codeOf(error) ?? [])
}

function listOf(text: string): unknown {
  if (isAbsent(text)) return []
  if (!/^[[{]/.test(text) || text.length > MAX_LIST_CHARS) return text.split(',', MAX_ERRORS)
  try {
    return [JSON.parse(text)].flat()
  } catch {
    return text.split(',', MAX_ERRORS)
  }
}

function codeOf(error: unknown): string | undefined {
  if (typeof error === 'string') return labelOf(error)
  if (typeof error !== 'object' || error === null) return undefined
  const { extensions, code: plain }: { extensions?: unknown; code?: unknown } = error
  const code = isRecord(extensions) ? extensions['code'] : plain
  return (typeof code === 'string' ? labelOf(code) : undefined) ?? UNCODED_GRAPHQL_ERROR
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}
