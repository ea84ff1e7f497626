import type { MessagePort } from 'node:worker_threads'
import { foldHere, type Folding, type FoldingOptions } from '../fold/folding.js'
import { QueryError } from '../query/query-error.js'
import { TrafficReader } from '../traffic/traffic-reader.js'
import type { Failure, News, Order, ThreadWork } from './background-thread.js'

/** Does what the other end of `port` says, and tells it how it goes, until it says stop; then closes the port. */
export function workOnOrders({ folding, traffic }: ThreadWork, port: MessagePort): void {
  const tell = (news: News): void => port.postMessage(news)
  const fold = folding === null ? null : startFold(folding, tell)
  const reader = new TrafficReader(traffic)
  const stop = async (): Promise<void> => {
    const folded = fold?.stop().catch((error: unknown) => tell({ news: 'failed', error }))
    await Promise.all([folded, reader.close()])
    // The thread ends where nothing holds it any more.
    port.close()
  }
  port.on('message', (order: Order) => {
    if (order === 'wake') fold?.wake()
    else if (order === 'traffic') void tellTraffic(reader, port)
    else void stop()
  })
}

const startFold = (options: FoldingOptions, tell: (news: News) => void): Folding =>
  foldHere(options, {
    folded: (report, durationMs) => tell({ news: 'folded', report, durationMs }),
    failed: (error) => tell({ news: 'failed', error }),
  })

/** The text is handed over, not copied. */
async function tellTraffic(reader: TrafficReader, port: MessagePort): Promise<void> {
  try {
    const texts = await reader.read()
    port.postMessage(
      { news: 'traffic', texts } satisfies News,
      texts.flatMap(({ chunks }) => chunks.map(({ buffer }) => buffer)),
    )
  } catch (error) {
    port.postMessage({ news: 'no traffic', failure: failureOf(error) } satisfies News)
  }
}

const failureOf = (error: unknown): Failure => ({
  code: error instanceof QueryError ? error.code : null,
  error,
})
