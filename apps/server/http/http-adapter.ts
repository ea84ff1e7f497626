import './fastify-types.js'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { FastifyAdapter } from '@nestjs/platform-fastify'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { doorRequest, sendReply } from '../doors/door-request.js'
import type { AccessDecision } from './access.js'
import type { AllowedMethods } from './allowed-methods.js'
import { answerClientError, answerRaw } from './client-error.js'
import type { ErrorFilter } from './error-filter.js'
import { errorBody } from './errors.js'
import type { Gate } from './gate.js'
import { OpenConnections } from './open-connections.js'
import { setOwnHeaders } from './own-headers.js'
import { QuickLane } from './quick-lane.js'
import { Refusal } from './refusal.js'
import type { RequestIds } from './request-id.js'

/** Limits of the HTTP surface; sizes in bytes. */
export interface HttpLimits {
  readonly headerBytes: number
  readonly headerCount: number
  /** Longest time that a header may take. */
  readonly headerMs: number
  /** For bodies that are not streamed: GraphQL and the small JSON endpoints. */
  readonly jsonBodyBytes: number
}

/** What the adapter is made of. */
export interface HttpParts {
  readonly limits: HttpLimits
  readonly gate: Gate
  readonly requestIds: RequestIds
  readonly allowed: AllowedMethods
  readonly errors: ErrorFilter
  /** True from the first signal to stop: new requests are refused with 503. */
  readonly stopping: () => boolean
}

/** Longer than the idle time of usual load balancers (60 s), so that they close first. */
const KEEP_ALIVE_MS = 72_000
/** A body of the largest size at a slow rate; slow bodies are ended earlier by their own rule. */
const REQUEST_TIMEOUT_MS = 600_000

/** Fastify under Nest, with the gate before every route, raw bodies for ingest and our own error replies. */
export function createHttpAdapter(parts: HttpParts): FastifyAdapter {
  const { limits, requestIds } = parts
  const adapter = new FastifyAdapter({
    logger: false,
    trustProxy: false,
    bodyLimit: limits.jsonBodyBytes,
    keepAliveTimeout: KEEP_ALIVE_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    requestIdHeader: false,
    genReqId: (request: IncomingMessage) => requestIds.of(request),
    http: {
      maxHeaderSize: limits.headerBytes,
      headersTimeout: limits.headerMs,
      connectionsCheckingInterval: Math.min(5_000, limits.headerMs),
      // Refused by the gate with the same JSON as everything else.
      requireHostHeader: false,
    },
    routerOptions: { maxParamLength: 200, caseSensitive: true },
    skipMiddie: true,
    clientErrorHandler: (error, socket) =>
      answerClientError(error, socket, requestIds.fresh(), connections.answeredEarly(socket)),
    frameworkErrors: answerUnroutable,
  })
  const fastify: FastifyInstance = adapter.getInstance()
  const connections = OpenConnections.of(fastify.server)
  QuickLane.open(fastify.server, { ...parts, keepAliveMs: KEEP_ALIVE_MS })
  // One more than allowed, so that the gate sees the excess; Node drops the rest.
  fastify.server.maxHeadersCount = limits.headerCount + 1
  fastify.server.on('checkExpectation', answerExpectation)
  // Node would close the connection without a word.
  fastify.server.on('connect', (_request, socket: Socket) =>
    answerRaw('method_not_allowed', socket, requestIds.fresh()),
  )
  fastify.decorateRequest('principal')
  fastify.setErrorHandler((error, request, reply) => parts.errors.reply(error, request, reply))
  // Nest sets its own after the routes, which would then keep Fastify's for errors outside of handlers.
  adapter.setErrorHandler = () => fastify
  fastify.addHook('onRoute', ({ url, method }) => parts.allowed.add(url, [method].flat()))
  fastify.addHook('onRequest', (request, reply, done) => admit(parts, request, reply, done))
  acceptBodies(fastify)
  return adapter
}

/** The router refuses before any hook runs. */
function answerUnroutable(error: { readonly code: string }, request: FastifyRequest, reply: FastifyReply): void {
  const body = errorBody(error.code === 'FST_ERR_MAX_PARAM_LENGTH' ? 'uri_too_long' : 'bad_url')
  setOwnHeaders(request, reply)
  void reply.code(body.statusCode).send(body)
}

type Done = (error?: Error) => void
type Route = FastifyRequest['routeOptions']

/** Runs before everything else, unknown addresses and WebSocket upgrades included. */
function admit(parts: HttpParts, request: FastifyRequest, reply: FastifyReply, done: Done): void {
  const malformed = refuseMalformed(request.raw, parts.limits)
  if (malformed !== null) return refuse(malformed, request, reply.header('connection', 'close'))
  if (parts.stopping()) return refuse(new Refusal('stopping'), request, reply.header('connection', 'close'))
  // Made anew whenever it is asked for.
  const route: Route = request.routeOptions
  const { config } = route
  const own = config.dialect?.token?.(doorRequest(request)) ?? null
  // Where nothing takes the request no scope would help, and one that is missing would be the wrong thing to tell.
  const { is404 } = request
  const scope = is404 ? 'any_key' : (config.scope ?? 'read')
  const decision = parts.gate.decide(request.raw, scope, own)
  const follow = (decided: AccessDecision): void => {
    if ('refuse' in decided) return refuse(new Refusal(decided.refuse, decided.details), request, reply)
    // Behind this hook Fastify would read and parse the body, and tell what is wrong with that.
    if (is404) return refuse(parts.errors.nothingThere(request.url), request, reply)
    request.principal = decided.allow
    if (config.rawBody === true) return handleRaw(parts, route, request, reply)
    setOwnHeaders(request, reply)
    done()
  }
  const failed = (error: Error): void => {
    setOwnHeaders(request, reply)
    done(error)
  }
  if (decision instanceof Promise) decision.then(follow, failed)
  else follow(decision)
}

/** There is nothing to parse and nothing to validate: what else stands between the gate and a handler would only cost time. */
function handleRaw({ errors }: HttpParts, { handler }: Route, request: FastifyRequest, reply: FastifyReply): void {
  const failed = (error: unknown): void => {
    setOwnHeaders(request, reply)
    errors.reply(error, request, reply)
  }
  try {
    const answered: unknown = handler.call(request.server, request, reply)
    if (answered instanceof Promise) answered.catch(failed)
  } catch (error) {
    failed(error)
  }
}

/** Answered here rather than thrown: plugins have error replies of their own. */
function refuse(refusal: Refusal, request: FastifyRequest, reply: FastifyReply): void {
  const { dialect } = request.routeOptions.config
  if (dialect !== undefined) return sendReply(reply, dialect.refused(refusal, doorRequest(request)))
  const { statusCode, headers, body } = refusal
  setOwnHeaders(request, reply)
  void reply.code(statusCode).headers(headers).send(body)
}

function refuseMalformed(raw: IncomingMessage, limits: HttpLimits): Refusal | null {
  if (raw.rawHeaders.length > 2 * limits.headerCount) return new Refusal('headers_too_large')
  const hosts = countHosts(raw.rawHeaders)
  if (hosts > 1 || (hosts === 0 && raw.httpVersion !== '1.0')) return new Refusal('bad_request')
  // `http://other/` and `*` are for proxies.
  if (raw.url?.startsWith('/') !== true) return new Refusal('bad_request')
  const coding = raw.headers['transfer-encoding']
  if (coding !== undefined && coding.toLowerCase() !== 'chunked') return new Refusal('bad_request')
  return null
}

/** Node keeps the first of several; a proxy in front may have believed the last. */
function countHosts(rawHeaders: readonly string[]): number {
  let hosts = 0
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index]
    if (name !== undefined && name.length === 4 && name.toLowerCase() === 'host') hosts++
  }
  return hosts
}

/** JSON is parsed for GraphQL and the small endpoints. */
function acceptBodies(fastify: FastifyInstance): void {
  fastify.removeContentTypeParser(['application/json', 'text/plain'])
  const parseJson = fastify.getDefaultJsonParser('error', 'error')
  fastify.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    // Some clients label what they do not send.
    if (body === '') done(null, undefined)
    else parseJson(request, body as string, done)
  })
  fastify.addContentTypeParser('*', (_request, _payload, done) => done(new Refusal('unknown_media_type')))
}

function answerExpectation(_request: IncomingMessage, response: ServerResponse): void {
  const body = errorBody('expectation_failed')
  response.writeHead(body.statusCode, { 'content-type': 'application/json; charset=utf-8', connection: 'close' })
  response.end(JSON.stringify(body))
}
