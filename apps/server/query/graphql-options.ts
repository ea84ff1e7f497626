import type { MercuriusDriverConfig } from '@nestjs/mercurius'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { getVariableValues, Kind, type DocumentNode, type GraphQLSchema } from 'graphql'
import type { QueryService } from '#store'
import { codeOfStatus, formatErrors, graphqlError } from './graphql-errors.js'
import type { GraphqlContext } from './graphql-context.js'
import { costRule, DEFAULT_COST_LIMITS, type CostLimits } from './query-cost.js'

/** Who logs what went wrong inside a resolver. */
export type ReportBug = (bug: unknown) => void

type Asker = FastifyRequest & { readonly principal?: GraphqlContext['principal'] }

/** How GraphQL is served: what it refuses, and what resolvers are told about a request. */
export function graphqlOptions(
  query: QueryService,
  limits: CostLimits,
  report: ReportBug,
): Omit<MercuriusDriverConfig, 'driver'> {
  return {
    autoSchemaFile: true,
    sortSchema: true,
    path: '/graphql',
    jit: 1,
    graphiql: false,
    ide: false,
    allowBatchedQueries: false,
    graphql: { parseOptions: { maxTokens: limits.tokens } },
    validationRules: [costRule(limits)],
    context: (request: Asker): GraphqlContext => ({
      ...(request.principal === undefined ? {} : { principal: request.principal }),
      budget: query.budget(),
    }),
    errorFormatter: (execution, context) => {
      const { statusCode, headers, response } = formatErrors(execution, report)
      void (context as { reply?: FastifyReply }).reply?.headers(headers)
      return { statusCode, response }
    },
    additionalRouteOptions: { preValidation: acceptJsonPost, preSerialization: asGraphql },
    hooks: {
      preParsing: async (_schema, source) => refuseText(source),
      preExecution: async (schema, document, context, variables) => {
        const changed = onlyOperation(document, operationNameOf(context))
        refuseVariables(schema, changed.document ?? document, variables)
        return changed
      },
    },
  }
}

/**
 * A page of another origin can send forms, text and GETs without asking; JSON it cannot. GET would also put questions into
 * logs and caches on the way.
 */
async function acceptJsonPost(request: FastifyRequest): Promise<void> {
  if (request.method !== 'POST') throw refusal(405, 'ask with POST', { allow: 'POST' })
  const type = request.headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase()
  if (type !== 'application/json') throw refusal(415, 'the body must be application/json')
}

function refusal(statusCode: number, message: string, headers: Record<string, string> = {}): Error {
  return Object.assign(new Error(message), { statusCode, headers })
}

/** What the gate before every route refuses with is no GraphQL yet; clients of GraphQL look for `errors`. */
async function asGraphql(_request: FastifyRequest, reply: FastifyReply, payload: unknown): Promise<unknown> {
  if (typeof payload !== 'object' || payload === null || !('documentation' in payload)) return payload
  const message = 'message' in payload ? payload.message : ''
  return { ...payload, data: null, errors: [{ message, extensions: { code: codeOfStatus(reply.statusCode) } }] }
}

/** The server would read JSON as a ready-made syntax tree, past the parser and its limits. */
const SYNTAX_TREE = /^\s*(?:\{\s*["}]|\[|"(?!"")|-?\d|(?:null|true|false)\s*$)/

function refuseText(source: string): void {
  const limit = DEFAULT_COST_LIMITS.textLength
  if (source.length > limit)
    throw graphqlError('QUERY_TOO_COMPLEX', `the query is longer than ${limit} characters; use variables`)
  if (SYNTAX_TREE.test(source)) throw graphqlError('BAD_USER_INPUT', 'Syntax Error: the query is JSON, not GraphQL')
}

/**
 * A document is compiled for one of its operations and kept under its text: with several, the next request would run the
 * wrong one. A document that was changed here is not compiled.
 */
function onlyOperation(document: DocumentNode, name: string | undefined): { document?: DocumentNode } {
  const operations = document.definitions.filter(({ kind }) => kind === Kind.OPERATION_DEFINITION)
  if (operations.length < 2) return {}
  if (name === undefined)
    throw graphqlError('BAD_USER_INPUT', 'the query has several operations; name one in operationName')
  const definitions = document.definitions.filter(
    (definition) => definition.kind !== Kind.OPERATION_DEFINITION || definition.name?.value === name,
  )
  return { document: { ...document, definitions } }
}

/** As many as the library names where it checks variables itself; all of a long list would be many times the request. */
const MOST_WRONG_VARIABLES = 50

/** Compiled documents would find the same faults, but tell them as errors of the server. */
function refuseVariables(schema: GraphQLSchema, document: DocumentNode, variables: unknown): void {
  const operation = document.definitions.find(({ kind }) => kind === Kind.OPERATION_DEFINITION)
  if (operation?.kind !== Kind.OPERATION_DEFINITION) return
  const given = (variables ?? {}) as Readonly<Record<string, unknown>>
  const limit = { maxErrors: MOST_WRONG_VARIABLES }
  const { errors } = getVariableValues(schema, operation.variableDefinitions ?? [], given, limit)
  if (errors !== undefined) throw Object.assign(new Error('the variables do not fit the query'), { errors })
}

function operationNameOf(context: unknown): string | undefined {
  const body = (context as { reply?: FastifyReply }).reply?.request.body
  const name = (body as { operationName?: unknown } | undefined)?.operationName
  return typeof name === 'string' ? name : undefined
}
