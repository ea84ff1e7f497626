import type { IncomingMessage } from 'node:http'
import { giveBack } from './give-back.js'

const LINGER_BYTES = 4 * 1024 * 1024
const LINGER_MS = 2_000

/**
 * Lets a sender whose body was refused finish a little more of it, so that it reads the reply instead of meeting a reset
 * connection; then the connection is cut.
 */
export function linger(raw: IncomingMessage): void {
  const { socket } = raw
  if (raw.complete || raw.destroyed) return
  let bytes = 0
  const cut = setTimeout(() => socket.destroy(), LINGER_MS).unref()
  raw.on('data', (chunk: Buffer) => {
    bytes += chunk.length
    giveBack(chunk)
    if (bytes > LINGER_BYTES) socket.destroy()
  })
  raw.on('error', () => undefined)
  raw.on('close', () => clearTimeout(cut))
  raw.on('end', () => clearTimeout(cut))
  raw.resume()
}
