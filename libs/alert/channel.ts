import { type Notice } from './notice.js'

/** The outcome of one attempt: delivered, or why not and whether trying again makes sense. */
export type Delivery =
  | { readonly result: 'delivered' }
  | {
      readonly result: 'failed'
      readonly reason: string
      readonly retry: boolean
      readonly retryAfterMs: number | null
    }

/** A way to tell people. `send` never throws for what a receiver does; it gives up by itself after a bounded time. */
export abstract class Channel {
  abstract readonly name: string
  abstract send(notice: Notice): Promise<Delivery>
}
