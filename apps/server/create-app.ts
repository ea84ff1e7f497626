import { NestFactory } from '@nestjs/core'
import type { NestFastifyApplication } from '@nestjs/platform-fastify'
import { AppModule, type ServerParts } from './app.module.js'
import { AllowedMethods } from './http/allowed-methods.js'
import { ErrorFilter } from './http/error-filter.js'
import { Gate } from './http/gate.js'
import { createHttpAdapter } from './http/http-adapter.js'
import { NestLog } from './http/nest-log.js'
import { RequestIds } from './http/request-id.js'

/** GraphQL questions and the small JSON endpoints; log bodies have limits of their own. */
const JSON_BODY_BYTES = 1024 * 1024

/** The Nest application, wired and not yet listening. */
export async function createApp(parts: ServerParts): Promise<NestFastifyApplication> {
  const { headerBytes, headerCount } = parts.config.limits
  const allowed = new AllowedMethods()
  const adapter = createHttpAdapter({
    limits: { headerBytes, headerCount, jsonBodyBytes: JSON_BODY_BYTES },
    gate: new Gate(parts.keys),
    requestIds: new RequestIds(),
    allowed,
    stopping: () => parts.health.stopping,
  })
  const app = await NestFactory.create<NestFastifyApplication>(AppModule.of(parts), adapter, {
    logger: new NestLog(parts.log),
    bodyParser: false,
    abortOnError: false,
  })
  app.useGlobalFilters(new ErrorFilter(allowed, parts.log, JSON_BODY_BYTES))
  return app
}
