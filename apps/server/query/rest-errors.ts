import { Catch, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common'
import type { FastifyReply } from 'fastify'
import { QueryError, type QueryErrorCode } from '#store'

/** The HTTP status of each way in which a question is refused. */
export const QUERY_STATUSES: Readonly<Record<QueryErrorCode | 'not_found', number>> = {
  not_found: 404,
  bad_user_input: 422,
  range_too_long: 422,
  query_too_complex: 422,
  cursor_expired: 422,
  timeout: 503,
  unavailable: 503,
}

/** Answers a refused question as every error of the server is answered. */
@Catch(QueryError)
export class RestErrorFilter implements ExceptionFilter<QueryError> {
  catch({ code, message }: QueryError, host: ArgumentsHost): void {
    const reply = host.switchToHttp().getResponse<FastifyReply>()
    const statusCode = QUERY_STATUSES[code]
    if (statusCode === 503) void reply.header('retry-after', '1')
    const documentation = `/v1/status-codes/${statusCode}`
    void reply.code(statusCode).send({ statusCode, code, message, documentation })
  }
}
