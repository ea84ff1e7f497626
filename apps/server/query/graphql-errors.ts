import { Catch, type ExceptionFilter } from '@nestjs/common'
import { GraphQLError, type GraphQLFormattedError } from 'graphql'
import { QueryError } from '#store'
import type { GraphqlContext } from './graphql-context.js'

/** Every `extensions.code` that an error can carry. */
export const GRAPHQL_ERROR_CODES = [
  'BAD_USER_INPUT',
  'RANGE_TOO_LONG',
  'QUERY_TOO_COMPLEX',
  'CURSOR_EXPIRED',
  'TIMEOUT',
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'UNAVAILABLE',
  'INTERNAL_ERROR',
] as const
export type GraphqlErrorCode = (typeof GRAPHQL_ERROR_CODES)[number]

/** An error with its code. */
export function graphqlError(code: GraphqlErrorCode, message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code } })
}

/** Throws unless the asker has a scope; `admin` includes the others. */
export function requireScope({ principal }: GraphqlContext, scope: string): void {
  if (principal === undefined) throw graphqlError('UNAUTHENTICATED', 'send an API key')
  if (!principal.scopes.includes(scope) && !principal.scopes.includes('admin'))
    throw graphqlError('FORBIDDEN', `the API key lacks the scope ${scope}`)
}

/** Keeps the process-wide HTTP filter, which would write a reply of its own, away from resolvers. */
@Catch()
export class GraphqlFilter implements ExceptionFilter {
  catch(thrown: unknown): never {
    throw thrown instanceof QueryError ? graphqlError(codeOfQuery(thrown), thrown.message) : thrown
  }
}

/** What a refusal of the server itself (a gate, a body parser) carries. */
interface HttpRefusal {
  readonly statusCode: number
  readonly message?: string
  readonly headers?: Record<string, string>
  readonly body?: { readonly message?: string }
}

/** An answer with errors, as mercurius hands it to the formatter. */
interface Execution {
  readonly data?: unknown
  readonly errors?: readonly GraphQLError[] | null
}

/** The reply: its HTTP status, headers that go with it, and its body. */
export interface FormattedReply {
  readonly statusCode: number
  readonly headers: Record<string, string>
  readonly response: { data: Record<string, unknown> | null; errors: GraphQLFormattedError[] }
}

/** Gives each error its code and hides what is nobody's business; `report` hears of bugs. */
export function formatErrors({ data, errors }: Execution, report: (bug: unknown) => void): FormattedReply {
  const found = (errors ?? []).flatMap(unpacked)
  const refusal = found.map(({ originalError }) => refusalOf(originalError)).find((refused) => refused !== undefined)
  const wasRun = data !== undefined && data !== null
  return {
    statusCode: wasRun ? 200 : (refusal?.statusCode ?? (found.every(isOfAsker) ? 400 : 200)),
    headers: refusal?.headers ?? {},
    response: {
      data: wasRun ? (data as Record<string, unknown>) : null,
      errors: found.map((error) => formatted(error, report)),
    },
  }
}

/** Errors of validation come wrapped into one, which has no path; what a resolver threw is no such thing, whatever it carries. */
function unpacked(error: GraphQLError): GraphQLError[] {
  const inner = (error.originalError as { errors?: unknown } | undefined)?.errors
  if (error.path !== undefined || !Array.isArray(inner)) return [error]
  return inner.map((each: unknown) =>
    each instanceof GraphQLError
      ? ofAsker(each)
      : graphqlError('BAD_USER_INPUT', each instanceof Error ? each.message : String(each)),
  )
}

/** A variable that does not fit carries what its type threw, which would look like a failed resolver. */
function ofAsker(error: GraphQLError): GraphQLError {
  const { message, nodes, source, positions, extensions } = error
  const code = { code: 'BAD_USER_INPUT', ...extensions }
  return new GraphQLError(message, {
    nodes: nodes ?? null,
    source: source ?? null,
    positions: positions ?? null,
    extensions: code,
  })
}

/** The library repeats wrong values whole, in each error anew. */
const LONGEST_MESSAGE = 1_000

function formatted(error: GraphQLError, report: (bug: unknown) => void): GraphQLFormattedError {
  const code = codeOf(error)
  if (code === 'INTERNAL_ERROR') report(error.originalError ?? error)
  const { message, locations, path } = error.toJSON()
  return {
    message:
      code === 'INTERNAL_ERROR'
        ? 'a bug: please report it with the request id'
        : TOO_LARGE.test(message)
          ? 'the query is too large: it holds too many words, or nests too deep to be read'
          : shortened(refusalText(error) ?? message),
    ...(locations === undefined ? {} : { locations }),
    ...(path === undefined ? {} : { path }),
    extensions: { code },
  }
}

function shortened(message: string): string {
  return message.length <= LONGEST_MESSAGE ? message : `${message.slice(0, LONGEST_MESSAGE)}…`
}

function codeOf(error: GraphQLError): GraphqlErrorCode {
  if (TOO_LARGE.test(error.message)) return 'QUERY_TOO_COMPLEX'
  const own =
    error.extensions['code'] ??
    (error.originalError as { extensions?: { code?: unknown } } | undefined)?.extensions?.code
  const known = GRAPHQL_ERROR_CODES.find((code) => code === own)
  if (known !== undefined) return known
  if (error.originalError instanceof QueryError) return codeOfQuery(error.originalError)
  const refusal = refusalOf(error.originalError)
  if (refusal !== undefined) return codeOfStatus(refusal.statusCode)
  return isOfAsker(error) ? 'BAD_USER_INPUT' : 'INTERNAL_ERROR'
}

/** What the parser says of a document with too many tokens, and the engine of one that nests deeper than its stack. */
const TOO_LARGE = /^Syntax Error: Document contains more that \d+ tokens|^Maximum call stack size exceeded$/

/** The library itself finds fault with a query without throwing anything else. */
function isOfAsker(error: GraphQLError): boolean {
  return error.originalError === undefined || error.originalError === null
}

function refusalOf(original: unknown): HttpRefusal | undefined {
  const status = (original as HttpRefusal | null | undefined)?.statusCode
  return typeof status === 'number' ? (original as HttpRefusal) : undefined
}

function refusalText(error: GraphQLError): string | undefined {
  return refusalOf(error.originalError)?.body?.message
}

/** The code of a refusal that carries only an HTTP status. */
export function codeOfStatus(status: number): GraphqlErrorCode {
  if (status === 401) return 'UNAUTHENTICATED'
  if (status === 403) return 'FORBIDDEN'
  if (status === 503) return 'UNAVAILABLE'
  return status >= 500 ? 'INTERNAL_ERROR' : 'BAD_USER_INPUT'
}

function codeOfQuery({ code }: QueryError): GraphqlErrorCode {
  return code.toUpperCase() as Uppercase<typeof code>
}
