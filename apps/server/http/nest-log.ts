import type { LoggerService } from '@nestjs/common'
import type { Logger } from '#platform'

/** Nest's own lines, in our log: its start-up chatter is for debugging. */
export class NestLog implements LoggerService {
  constructor(private readonly logger: Logger) {}

  log(message: unknown, context?: unknown): void {
    this.logger.debug({ context }, String(message))
  }

  warn(message: unknown, context?: unknown): void {
    this.logger.warn({ context }, String(message))
  }

  error(message: unknown, stack?: unknown, context?: unknown): void {
    this.logger.error({ stack, context }, String(message))
  }

  fatal(message: unknown, context?: unknown): void {
    this.logger.error({ context }, String(message))
  }
}
