import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { MsgpackReader } from '../msgpack-reader.js'

/** What a server says first to a sender that must know the shared key. */
export type Helo = readonly ['HELO', { readonly nonce: Uint8Array; readonly auth: ''; readonly keepalive: true }]

/** The server's answer to the sender's proof. */
export type Pong = readonly ['PONG', boolean, reason: string, serverName: string, digest: string]

const SERVER_NAME = 'statusline'

/** The handshake of the forward protocol: both sides prove that they know the key without sending it. */
export class SharedKeyHandshake {
  readonly nonce = randomBytes(16)

  constructor(private readonly key: string) {}

  get helo(): Helo {
    return ['HELO', { nonce: this.nonce, auth: '', keepalive: true }]
  }

  /** Judges the bytes of `['PING', host, salt, digest, …]`. */
  answer(ping: Buffer): Pong {
    const told = pingIn(ping)
    if (told === null) return ['PONG', false, 'a PING was expected', '', '']
    const { host, salt, digest } = told
    if (!isSame(digest, this.digest(salt, host))) return ['PONG', false, 'the shared key does not match', '', '']
    return ['PONG', true, '', SERVER_NAME, this.digest(salt, SERVER_NAME)]
  }

  private digest(salt: Uint8Array, host: string): string {
    return createHash('sha512').update(salt).update(host).update(this.nonce).update(this.key).digest('hex')
  }
}

function pingIn(bytes: Buffer): { readonly host: string; readonly salt: Buffer; readonly digest: string } | null {
  const reader = new MsgpackReader(bytes)
  if (reader.kind !== 'array' || reader.enter() < 4 || reader.raw()?.toString() !== 'PING') return null
  const [host, salt, digest] = [reader.raw(), reader.raw(), reader.raw()]
  if (!host || !salt || !digest) return null
  return { host: host.toString(), salt, digest: digest.toString() }
}

function isSame(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)]
  return a.length === b.length && timingSafeEqual(a, b)
}
