import { setSourceMapsSupport } from 'node:module'
import { parentPort, workerData } from 'node:worker_threads'
import type { FoldingOptions } from './folding.js'

// Where the thread of `foldInThread` begins. Traces name the sources: what is loaded from here on brings its map.
setSourceMapsSupport(true, { nodeModules: false })
const { foldOnOrders } = await import('./fold-on-orders.js')
if (parentPort === null) throw new Error('this is the beginning of a thread, not of a program')
foldOnOrders(workerData as FoldingOptions, parentPort)
