import process from 'node:process'

/** The oldest Node that knows all that the server uses; `npm start` brings it along. */
const OLDEST = 24

const SIGNALS = ['SIGTERM', 'SIGINT'] as const

let isLoading = true

/**
 * While the modules load there is nothing to stop yet; the words are those of a stop during the start behind it. It stays: of
 * a signal without a listener, be it for a moment, Node would forget what has come but was not told yet.
 */
function leave(signal: string): void {
  if (!isLoading) return
  process.stderr.write(`stopped by ${signal} before it was ready\n`)
  process.exit(0)
}

if (Number(process.versions.node.split('.', 1)[0]) >= OLDEST) {
  for (const signal of SIGNALS) process.on(signal, leave)
  // Traces name the sources. As a flag of Node it would read the maps of all packages, too: 30 MB, and 0.2 s of the start.
  const { setSourceMapsSupport } = await import('node:module')
  setSourceMapsSupport(true, { nodeModules: false })
  // Loaded behind the question: an older Node could not even link it.
  const { runServer } = await import('./run-server.js')
  isLoading = false
  await runServer()
} else {
  process.stderr.write(
    `Node ${process.versions.node} is too old for the server; allowed: ${OLDEST} or newer, or npm start\n`,
  )
  process.exitCode = 1
}
