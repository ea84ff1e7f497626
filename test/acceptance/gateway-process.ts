import type { ChildProcess } from 'node:child_process'
import { get } from 'node:http'

/** Status of one GET over a connection of its own. */
export function statusOf(port: number, path: string): Promise<number> {
  return new Promise((resolve, reject) => {
    get({ host: '127.0.0.1', port, path, agent: false }, (reply) => {
      reply.resume()
      reply.on('end', () => resolve(reply.statusCode ?? 0))
    }).on('error', reject)
  })
}

/** Ends a gateway in order and waits until it is gone. */
export async function ended(child: ChildProcess): Promise<void> {
  const gone = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGTERM')
  await gone
}
