import 'reflect-metadata'
import { readFileSync } from 'node:fs'
import {
  boundHeapGrowth,
  ConfigError,
  createLogger,
  loadConfig,
  StopOrder,
  stopOnSignals,
  type Config,
} from '#platform'
import { foldInThread } from '#store'
import { beginScanThread } from './ingest/threads/scan-threads.js'
import { reasonNotToStart } from './start-failure.js'
import { startServer } from './start-server.js'

/** Starts the server by the settings of the environment and keeps it until a signal stops it. */
export async function runServer(): Promise<void> {
  boundHeapGrowth()
  const config = readConfig()
  if (config === null) process.exitCode = 1
  else await run(config)
}

function readConfig(): Config | null {
  try {
    return loadConfig(process.env, (path) => readFileSync(path, 'utf8'))
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    process.stderr.write(`${error.message}\n`)
    return null
  }
}

async function run(settings: Config): Promise<void> {
  const log = createLogger(settings.logLevel)
  const order = new StopOrder(log)
  let failing = false
  const fail = async (message: string): Promise<void> => {
    // What is lost during the start makes the start fail as well: the first line says why.
    if (!failing) process.stderr.write(`${message}\n`)
    failing = true
    await order.stop()
    process.exit(1)
  }
  stopOnSignals(order, log)
  try {
    const url = await order.start(() => startServer(settings, log, order, foldInThread, beginScanThread))
    if (url !== null) process.stdout.write(`ready ${url}\n`)
  } catch (error) {
    log.debug({ err: error }, 'start failed')
    await fail(reasonNotToStart(error, settings))
  }
}
