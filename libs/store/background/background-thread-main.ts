import { setSourceMapsSupport } from 'node:module'
import { parentPort, workerData } from 'node:worker_threads'
import type { ThreadWork } from './background-thread.js'

// Where the thread of `BackgroundThread` begins. Traces name the sources: what is loaded from here on brings its map.
setSourceMapsSupport(true, { nodeModules: false })
const { workOnOrders } = await import('./work-on-orders.js')
if (parentPort === null) throw new Error('this is the beginning of a thread, not of a program')
workOnOrders(workerData as ThreadWork, parentPort)
