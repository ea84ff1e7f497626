import { EventEmitter } from 'node:events'
import { MessageChannel, type MessagePort } from 'node:worker_threads'
import { createScanPool } from '../../create-scan-pool.js'
import { scanOnOrders } from '../scan-on-orders.js'
import type { ScanSettings } from '../scan-settings.js'
import type { Thread } from '../scan-thread.js'
import type { ThreadNews, ThreadOrder } from '../thread-talk.js'

/** A thread that a test plays on its own: a real one begins with a compiled file. What goes in and out is copied as between threads. */
export class PortThread extends EventEmitter implements Thread {
  private readonly near: MessagePort
  private readonly far: MessagePort
  readonly orders: ThreadOrder['order'][] = []
  /** Set: nothing that the thread tells arrives. */
  isSilent = false

  constructor(settings: ScanSettings) {
    super()
    const { port1, port2 } = new MessageChannel()
    this.near = port1
    this.far = port2
    scanOnOrders(createScanPool(settings), port2)
    port1.on('message', (news: ThreadNews) => {
      if (!this.isSilent) this.emit('message', news)
    })
  }

  postMessage(order: ThreadOrder, transfer?: ArrayBuffer[]): void {
    this.orders.push(order.order)
    this.near.postMessage(order, transfer)
  }

  /** Dies of an error. */
  die(error: Error): void {
    this.emit('error', error)
    void this.terminate()
  }

  terminate(): Promise<number> {
    this.near.close()
    this.far.close()
    this.emit('exit', 1)
    return Promise.resolve(1)
  }
}
