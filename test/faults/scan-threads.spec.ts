import { writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { seededRandom } from '#platform'
import { pollUntil, ServerProcess } from '#testing'
import { existsSync } from 'node:fs'
import { loadWhile } from './load-while.js'
import { load, loadBatches } from './loader.js'
import { expectCounted } from './expect-counted.js'
import { printedSeed } from './seed.js'
import { allFolded } from './totals.js'

const KILLS = 5
const BATCHES = 400
/** About 130 KB: several chunks. */
const EVENTS_EACH = 800
const KILL_FILE = join(tmpdir(), `statusline-kill-${process.pid}`)

let server: ServerProcess

beforeAll(async () => {
  server = await ServerProcess.start({
    STATUSLINE_SCAN_THREADS: '2',
    STATUSLINE_TEST_KILL: KILL_FILE,
    NODE_OPTIONS: `--import ${new URL('./dying-scan-thread.mjs', import.meta.url).href}`,
  })
})
afterAll(() => server.remove())

/** Has a thread that scans die, again and again, each time once it is there. */
async function killThreads(): Promise<void> {
  for (let kill = 0; kill < KILLS; kill++) {
    writeFileSync(KILL_FILE, '')
    await pollUntil(() => !existsSync(KILL_FILE), { deadlineMs: 60_000, what: 'the death of a thread' })
    await pollUntil(() => server.log.split('killed by a test').length > kill + 1, {
      deadlineMs: 60_000,
      what: 'a word about the death of a thread',
    })
  }
}

it('counts every acknowledged event exactly once while threads that scan die', async () => {
  const seed = printedSeed()
  const batches = loadBatches(`threads-${seed}`, BATCHES, EVENTS_EACH, Date.now(), seededRandom(seed))
  const { sent } = await loadWhile(server, killThreads(), batches)
  await load(server, batches.slice(sent), { workers: 64, deadlineMs: 300_000 })
  const events = BATCHES * EVENTS_EACH

  await allFolded(server)
  await expectCounted(server, 'loader', events)
  expect(server.running).toBe(true)
})
