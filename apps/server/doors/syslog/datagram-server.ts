import { createSocket, type Socket } from 'node:dgram'
import { readFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import type { Warn } from '../hushed-warning.js'
import { udpDrops } from './udp-drops.js'

/** Bursts wait here while the process is busy; the system may allow less. */
const RECEIVE_BUFFER_BYTES = 8 * 1024 * 1024
const TABLES = ['/proc/net/udp', '/proc/net/udp6']

/** Receives datagrams on one port. */
export class DatagramServer {
  private socket: Socket | null = null

  constructor(
    private readonly receive: (datagram: Buffer, address: string) => void,
    private readonly warn: Warn,
  ) {}

  /** Rejects where the port is taken or may not be had. */
  async bind(port: number, host: string): Promise<void> {
    const type = host.includes(':') ? 'udp6' : 'udp4'
    const socket = createSocket({ type, recvBufferSize: RECEIVE_BUFFER_BYTES })
    socket.on('message', (datagram, { address }) => this.receive(datagram, address))
    try {
      await new Promise<void>((resolve, reject) => {
        socket.once('error', reject)
        socket.bind(port, host, () => resolve())
      })
    } catch (error) {
      socket.close()
      throw error
    }
    socket.on('error', (error) => this.warn({ err: error }, 'the syslog socket failed'))
    this.socket = socket
  }

  /** Datagrams that the system threw away since `bind`, because nobody took them in time; null where it does not say. */
  dropped(): number | null {
    if (this.socket === null) return null
    const { address, port } = this.socket.address() as AddressInfo
    for (const table of TABLES) {
      const drops = udpDrops(tableText(table), address, port)
      if (drops !== null) return drops
    }
    return null
  }

  async close(): Promise<void> {
    const { socket } = this
    this.socket = null
    if (socket !== null) await new Promise<void>((resolve) => socket.close(() => resolve()))
  }
}

/** Empty where the system has no such table. */
function tableText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
