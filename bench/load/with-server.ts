import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { ServerProcess } from './server-process.js'

/** Does something with a built server of its own, with further settings of the environment; its data go with it. */
export const withServer = async <Result>(
  folder: string,
  work: (server: ServerProcess) => Promise<Result>,
  settings: Readonly<Record<string, string>> = {},
): Promise<Result> => {
  const data = await mkdtemp(join(folder, 'data-'))
  try {
    const server = await ServerProcess.start(data, settings)
    try {
      return await work(server)
    } finally {
      await server.stop()
    }
  } finally {
    await rm(data, { recursive: true, force: true })
  }
}
