import { NestFactory } from '@nestjs/core'
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify'
import { AllowedMethods } from '../../http/allowed-methods.js'
import { Refusal } from '../../http/refusal.js'
import { ErrorFilter } from '../../http/error-filter.js'
import type { QueryParts } from '../query.module.js'
import { QueryModule } from '../query.module.js'

/** The question side alone, as a Nest application that is not listening. */
export async function queryApp(parts: QueryParts, principal?: { scopes: string[] }): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter()
  const fastify = adapter.getInstance()
  if (principal !== undefined)
    fastify.addHook('onRequest', (request, reply, done) => {
      const { statusCode, body } = new Refusal('unauthenticated')
      if (request.headers['x-api-key'] === 'wrong') return void reply.code(statusCode).send(body)
      Object.assign(request, { principal })
      done()
    })
  const app = await NestFactory.create<NestFastifyApplication>(QueryModule.of(parts), adapter, { logger: false })
  app.useGlobalFilters(new ErrorFilter(new AllowedMethods(), { error: (fields) => parts.report(fields) }, 1_000_000))
  await app.init()
  await fastify.ready()
  return app
}

/** An answer of GraphQL. */
export interface GraphqlReply {
  readonly status: number
  readonly data: Record<string, unknown> | null
  readonly codes: readonly unknown[]
  readonly messages: readonly string[]
}

/** Asks over HTTP, as a client would. */
export async function askGraphql(
  app: NestFastifyApplication,
  query: string,
  variables?: Record<string, unknown>,
  operationName?: string,
): Promise<GraphqlReply> {
  const reply = await app.inject({ method: 'POST', url: '/graphql', payload: { query, variables, operationName } })
  const body = reply.json<{
    data?: Record<string, unknown> | null
    errors?: { message: string; extensions?: { code?: unknown } }[]
  }>()
  const errors = body.errors ?? []
  return {
    status: reply.statusCode,
    data: body.data ?? null,
    codes: errors.map(({ extensions }) => extensions?.code),
    messages: errors.map(({ message }) => message),
  }
}
