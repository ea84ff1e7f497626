import type { NestFastifyApplication } from '@nestjs/platform-fastify'
import type { StopOrder } from '#platform'
import type { ServerParts } from './app.module.js'
import { OpenConnections } from './http/open-connections.js'

/** How long bodies under way at the stop are waited for. */
const FINISH_MS = 15_000
const POLL_MS = 50

/** Listens, and returns the address. At the stop: no new requests, those under way are answered, then the connections close. */
export async function serveHttp(
  app: NestFastifyApplication,
  { config, health }: Pick<ServerParts, 'config' | 'health'>,
  order: StopOrder,
): Promise<string> {
  const connections = OpenConnections.of(app.getHttpServer())
  order.add('http', () => closeHttp(app, health, connections), 2 * FINISH_MS)
  await app.init()
  // Nest's own `listen` writes a line of its own about an address that is taken, besides the one that names the setting.
  await app.getHttpAdapter().getInstance().listen({ port: config.port, host: config.host })
  health.started()
  return addressOf(app, config.host)
}

async function closeHttp(
  app: NestFastifyApplication,
  health: ServerParts['health'],
  connections: OpenConnections,
): Promise<void> {
  health.stop()
  // Node's own closeIdleConnections leaves those open that have never sent a whole header. Again and again: others fall idle later.
  const sweep = setInterval(() => connections.closeIdle(), POLL_MS)
  const cut = setTimeout(() => connections.destroyAll(), FINISH_MS)
  try {
    await app.close()
  } finally {
    clearInterval(sweep)
    clearTimeout(cut)
  }
}

function addressOf(app: NestFastifyApplication, host: string): string {
  const address = app.getHttpServer().address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return `http://${host.includes(':') && !host.startsWith('[') ? `[${host}]` : host}:${port}`
}
