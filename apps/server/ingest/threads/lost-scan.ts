import { Refusal } from '../../http/refusal.js'

/** The thread that scanned a body is gone, and with it what the body came to: nothing is counted, the sender repeats it. */
export class LostScan extends Refusal {
  constructor() {
    super('not_durable')
  }
}
