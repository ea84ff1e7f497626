import { existsSync, rmSync } from 'node:fs'
import { isMainThread, workerData } from 'node:worker_threads'

/* Loaded into every thread of a server under test: one that scans dies when it finds the file STATUSLINE_TEST_KILL, and removes it. */

const file = process.env.STATUSLINE_TEST_KILL
if (!isMainThread && workerData?.shares !== undefined && file !== undefined)
  setInterval(() => {
    if (!existsSync(file)) return
    rmSync(file, { force: true })
    throw new Error('killed by a test')
  }, 20).unref()
