import { ServerProcess } from '#testing'
import { FlakyProxy } from './flaky-proxy.js'
import { sourceCounts, type SourceCounts } from './source-counts.js'

/** A server with a key for all tests of a file, and in front of it a proxy that is new for each of them. */
export class FlakyServer {
  /** Of the scope admin, as all that a sender may need. */
  readonly key = 'flaky-server-test-key-0123456789'
  private server: ServerProcess | undefined
  private current: FlakyProxy | undefined

  /** To be made once, where the tests of a file are described. */
  constructor() {
    beforeAll(async () => {
      this.server = await ServerProcess.start({ STATUSLINE_ADMIN_KEY: this.key })
      this.server.key = this.key
    })
    afterAll(() => this.server?.remove())
    beforeEach(async () => {
      this.current = await FlakyProxy.start(this.running.url)
    })
    afterEach(() => this.current?.stop())
  }

  get proxy(): FlakyProxy {
    if (this.current === undefined) throw new Error('the proxy is there only while a test runs')
    return this.current
  }

  /** The counts of a source, once it has accepted so many events and all of them are folded. */
  counts(source: string, accepted: number): Promise<SourceCounts> {
    return sourceCounts(this.running, source, accepted)
  }

  private get running(): ServerProcess {
    if (this.server === undefined) throw new Error('the server is there only while tests run')
    return this.server
  }
}
