import process from 'node:process'

/** The oldest Node that knows all that the server uses; `npm start` brings it along. */
const OLDEST = 24

if (Number(process.versions.node.split('.', 1)[0]) >= OLDEST) {
  // Traces name the sources. As a flag of Node it would read the maps of all packages, too: 30 MB, and 0.2 s of the start.
  const { setSourceMapsSupport } = await import('node:module')
  setSourceMapsSupport(true, { nodeModules: false })
  // Loaded behind the question: an older Node could not even link it.
  const { runServer } = await import('./run-server.js')
  await runServer()
} else {
  process.stderr.write(
    `Node ${process.versions.node} is too old for the server; allowed: ${OLDEST} or newer, or npm start\n`,
  )
  process.exitCode = 1
}
