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

const MAX_HEADER_MS = 20_000

/** The Nest application, wired and not yet listening. */
export async function createApp(parts: ServerParts): Promise<NestFastifyApplication> {
  const { headerBytes, headerCount, slowBodyMs } = parts.config.limits
  const headerMs = Math.min(MAX_HEADER_MS, slowBodyMs)
  const allowed = new AllowedMethods()
  const errors = new ErrorFilter(allowed, parts.log, JSON_BODY_BYTES)
  const adapter = createHttpAdapter({
    limits: { headerBytes, headerCount, headerMs, jsonBodyBytes: JSON_BODY_BYTES },
    gate: new Gate(parts.keys),
    requestIds: new RequestIds(),
    allowed,
    errors,
    stopping: () => parts.health.stopping,
  })
  const app = await NestFactory.create<NestFastifyApplication>(AppModule.of(parts), adapter, {
    logger: new NestLog(parts.log),
    bodyParser: false,
    abortOnError: false,
  })
  app.useGlobalFilters(errors)
  return app
}
