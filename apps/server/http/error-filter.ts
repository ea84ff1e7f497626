import { Catch, HttpException, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { JournalUnavailable, QueryError } from '#store'
import type { AllowedMethods } from './allowed-methods.js'
import type { ErrorCode } from './errors.js'
import { Refusal } from './refusal.js'

/** What the filter needs of the logger. */
export interface ErrorLog {
  error(fields: object, message: string): void
}

/** Fastify's own errors, in our words. */
const FASTIFY_CODES: { readonly [code: string]: ErrorCode } = {
  FST_ERR_BAD_URL: 'bad_url',
  FST_ERR_MAX_PARAM_LENGTH: 'uri_too_long',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unknown_media_type',
  FST_ERR_CTP_EMPTY_TYPE: 'unknown_media_type',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'bad_json',
  FST_ERR_CTP_INVALID_JSON_BODY: 'bad_json',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'bad_request',
}

/** Codes of the database driver and of the network that a later try may not meet: 503, never 500. */
const PASSING = /^(ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|08|53|57P0|57014|55P03|40001|40P01|25006)/

/** Turns everything that is thrown into the error reply of docs/errors.md. */
@Catch()
export class ErrorFilter implements ExceptionFilter {
  constructor(
    private readonly allowed: AllowedMethods,
    private readonly log: ErrorLog,
    private readonly bodyLimitBytes: number,
  ) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp()
    this.reply(thrown, http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>())
  }

  /** Answers a request that ended with something thrown, inside Nest or outside. */
  reply(thrown: unknown, request: FastifyRequest, reply: FastifyReply): void {
    const answer = this.answerTo(thrown, request)
    if (answer.statusCode === 500)
      this.log.error({ err: thrown, requestId: request.id, url: request.routeOptions.url ?? '' }, 'request failed')
    if (reply.sent) return
    void reply.code(answer.statusCode).headers(answer.headers).send(answer.body)
  }

  /** The same for a request that Node did not read. */
  answerToQuick(thrown: unknown, url: string, requestId: string): Answer {
    const answer = this.answerTo(thrown, { url })
    if (answer.statusCode === 500) this.log.error({ err: thrown, requestId, url }, 'request failed')
    return answer
  }

  /** The reply for anything thrown. */
  answerTo(thrown: unknown, request: Pick<FastifyRequest, 'url'>): Answer {
    if (thrown instanceof Refusal) return thrown
    if (thrown instanceof JournalUnavailable) return new Refusal('not_durable')
    if (thrown instanceof QueryError) return fromQuestion(thrown)
    if (thrown instanceof HttpException) return this.fromNest(thrown, request)
    const code = codeOf(thrown)
    const known = this.fromFastify(code) ?? fromPlugin(thrown)
    return known ?? new Refusal(isPassing(thrown, code) ? 'unavailable' : 'internal_error')
  }

  /** For a request that no route takes: 405 where another method would be taken, else 404. */
  nothingThere(url: string): Refusal {
    const methods = this.allowed.of(url.split('?', 1)[0] ?? url)
    return methods.length === 0
      ? new Refusal('not_found')
      : new Refusal('method_not_allowed', { allowed: methods.join(', ') })
  }

  private fromNest(thrown: HttpException, request: Pick<FastifyRequest, 'url'>): Answer {
    const known = this.fromFastify(codeOf(thrown.cause)) ?? fromPlugin(thrown.cause)
    if (known !== null) return known
    const status: number = thrown.getStatus()
    if (status === 404) return this.nothingThere(request.url)
    if (status === 503) return new Refusal('unavailable')
    if (status >= 500) return new Refusal('internal_error')
    return new Refusal('bad_argument', { argument: 'request', reason: thrown.message })
  }

  private fromFastify(code: string): Refusal | null {
    if (code === 'FST_ERR_CTP_BODY_TOO_LARGE')
      return new Refusal('body_too_large', { limit: this.bodyLimitBytes, when: 'as sent' })
    const known = FASTIFY_CODES[code]
    return known === undefined ? null : new Refusal(known)
  }
}

function fromQuestion({ code, message }: QueryError): Refusal {
  return code === 'unavailable' ? new Refusal('unavailable') : new Refusal(code, { reason: message })
}

/** Plugins throw errors that name a status and sometimes headers. */
function fromPlugin(thrown: unknown): Refusal | null {
  if (!(thrown instanceof Error) || !('statusCode' in thrown)) return null
  const allow = 'headers' in thrown ? (thrown.headers as { allow?: string }).allow : undefined
  switch (thrown.statusCode) {
    case 405:
      return new Refusal('method_not_allowed', { allowed: allow ?? 'POST' })
    case 415:
      return new Refusal('unknown_media_type')
    case 400:
    case 422:
      return new Refusal('bad_argument', { argument: 'request', reason: thrown.message })
    default:
      return null
  }
}

interface Answer {
  readonly statusCode: number
  readonly headers: Record<string, string>
  readonly body: object
}

function codeOf(thrown: unknown): string {
  if (typeof thrown !== 'object' || thrown === null || !('code' in thrown)) return ''
  return typeof thrown.code === 'string' ? thrown.code : ''
}

function isPassing(thrown: unknown, code: string): boolean {
  if (PASSING.test(code)) return true
  return thrown instanceof Error && /timeout|terminat|too many clients/i.test(thrown.message)
}
