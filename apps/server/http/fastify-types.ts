import type { Dialect } from '../doors/dialect.js'
import type { Principal, RouteScope } from './access.js'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What the route asks of the caller; `read` where it is not set. */
    scope?: RouteScope
    /** The handler reads the request stream itself, whatever the content type says, and answers by itself: what it returns is not sent. */
    rawBody?: boolean
    /** Whose words the route speaks: it brings keys in its own way and understands its own refusals only. */
    dialect?: Dialect
  }

  interface FastifyRequest {
    /** Who asks. Set before any handler runs. */
    principal: Principal
  }
}
