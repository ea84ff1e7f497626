import { withDataFolder } from './data-folder.js'
import { ServerProcess, type ServerOptions } from './server-process.js'

/** Does something with a built server of its own; its data go with it. */
export const withServer = <Result>(
  folder: string,
  work: (server: ServerProcess) => Promise<Result>,
  options: ServerOptions = {},
): Promise<Result> =>
  withDataFolder(folder, async (data) => {
    const server = await ServerProcess.start(data, options)
    try {
      return await work(server)
    } finally {
      await server.stop()
    }
  })
