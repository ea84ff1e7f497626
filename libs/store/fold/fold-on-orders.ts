import type { MessagePort } from 'node:worker_threads'
import type { FoldNews, FoldOrder } from './fold-thread.js'
import { foldHere, type FoldingOptions } from './folding.js'

/** Folds as the other end of `port` says, and tells it how it goes, until it says stop; then closes the port. */
export function foldOnOrders(options: FoldingOptions, port: MessagePort): void {
  const tell = (news: FoldNews): void => port.postMessage(news)
  const folding = foldHere(options, {
    folded: (report, durationMs) => tell({ news: 'folded', report, durationMs }),
    failed: (error) => tell({ news: 'failed', error }),
  })
  port.on('message', (order: FoldOrder) => {
    if (order === 'wake') folding.wake()
    else
      void folding
        .stop()
        .catch((error: unknown) => tell({ news: 'failed', error }))
        // The thread ends where nothing holds it any more.
        .finally(() => port.close())
  })
}
