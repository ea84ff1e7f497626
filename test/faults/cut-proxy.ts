import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'

/**
 * What happens to the message that is cut at. `before`: it never arrives, and both ends see the connection break. `after`: it
 * arrives, but its answer never comes back. `half_open`: it never arrives, and the server does not learn that the client is gone.
 */
export type Cut = 'before' | 'after' | 'half_open'

interface Order {
  readonly text: string
  readonly how: Cut
  readonly done: () => void
}

/** A TCP proxy on loopback that breaks a connection exactly when the client sends a given text. */
export class CutProxy {
  private order: Order | null = null
  private readonly sockets = new Set<Socket>()

  private constructor(
    private readonly server: Server,
    private readonly target: { readonly host: string; readonly port: number },
  ) {
    server.on('connection', (client) => this.join(client))
  }

  static async listen(target: { readonly host: string; readonly port: number }): Promise<CutProxy> {
    const server = createServer()
    const proxy = new CutProxy(server, target)
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    return proxy
  }

  /** A proxy before the server of a database URL, and the URL that goes through it. */
  static async before(url: string): Promise<{ proxy: CutProxy; url: string }> {
    const through = new URL(url)
    const proxy = await CutProxy.listen({ host: through.hostname, port: Number(through.port) })
    through.hostname = '127.0.0.1'
    through.port = String(proxy.port)
    return { proxy, url: through.href }
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port
  }

  /** Cuts the next connection on which the client sends `text`, once; resolves when it has happened. */
  cutAt(text: string, how: Cut): Promise<void> {
    return new Promise((done) => {
      this.order = { text, how, done }
    })
  }

  /** Takes back a cut that did not happen yet; whoever waits for it goes on. */
  withdraw(): void {
    this.order?.done()
    this.order = null
  }

  /** Breaks every connection at this moment, whatever is on it. */
  cutAll(): void {
    for (const socket of this.sockets) socket.destroy()
  }

  async close(): Promise<void> {
    this.cutAll()
    this.server.close()
    await once(this.server, 'close')
  }

  private join(client: Socket): void {
    const server = connect(this.target.port, this.target.host)
    for (const socket of [client, server]) {
      this.sockets.add(socket)
      socket.setNoDelay(true)
      socket.on('error', () => socket.destroy())
      socket.on('close', () => this.sockets.delete(socket))
    }
    server.pipe(client)
    client.on('data', (chunk) => this.forward(chunk, client, server))
    client.on('end', () => server.end())
  }

  private forward(chunk: Buffer, client: Socket, server: Socket): void {
    const { order } = this
    if (order === null || !chunk.includes(order.text)) {
      server.write(chunk)
      return
    }
    this.order = null
    client.removeAllListeners('end')
    server.unpipe(client)
    const cut = (): void => {
      if (order.how !== 'half_open') server.destroy()
      client.destroy()
      order.done()
    }
    if (order.how !== 'after') return cut()
    // The answer proves that the server has carried it out; before it, whoever asks what became of it might prevent it.
    server.once('data', cut)
    server.resume()
    server.write(chunk)
  }
}
