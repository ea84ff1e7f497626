import { setSourceMapsSupport } from 'node:module'
import { parentPort, workerData } from 'node:worker_threads'
import type { ScanSettings } from './scan-settings.js'

// Where a thread that scans begins. Traces name the sources: what is loaded from here on brings its map.
setSourceMapsSupport(true, { nodeModules: false })
const { createScanPool } = await import('../create-scan-pool.js')
const { scanOnOrders } = await import('./scan-on-orders.js')
if (parentPort === null) throw new Error('this is the beginning of a thread, not of a program')
scanOnOrders(createScanPool(workerData as ScanSettings), parentPort)
