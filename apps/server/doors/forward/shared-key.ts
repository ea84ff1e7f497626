import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'

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

  /** Judges `['PING', host, salt, digest, …]`. */
  answer(ping: unknown): Pong {
    if (!Array.isArray(ping) || ping[0] !== 'PING') return ['PONG', false, 'a PING was expected', '', '']
    const [, host, salt, digest] = ping as unknown[]
    const saltBytes = typeof salt === 'string' ? Buffer.from(salt) : salt
    if (typeof host !== 'string' || typeof digest !== 'string' || !(saltBytes instanceof Uint8Array))
      return ['PONG', false, 'the PING cannot be read', '', '']
    if (!isSame(digest, this.digest(saltBytes, host))) return ['PONG', false, 'the shared key does not match', '', '']
    return ['PONG', true, '', SERVER_NAME, this.digest(saltBytes, SERVER_NAME)]
  }

  private digest(salt: Uint8Array, host: string): string {
    return createHash('sha512').update(salt).update(host).update(this.nonce).update(this.key).digest('hex')
  }
}

function isSame(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)]
  return a.length === b.length && timingSafeEqual(a, b)
}
