import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { seededRandom } from '#platform'
import { ServerProcess } from '#testing'
import { loadWhile } from './load-while.js'
import { load, loadBatches } from './loader.js'
import { expectCounted, expectOnlyDuplicates } from './expect-counted.js'
import { printedSeed } from './seed.js'
import { allFolded } from './totals.js'

const KILLS = 30
const BATCHES = 3_000
const EVENTS_EACH = 40

let server: ServerProcess

beforeAll(async () => {
  server = await ServerProcess.start()
})
afterAll(() => server.remove())

/** The process id that the embedded database wrote into its data folder. */
function postmasterPid(): number | null {
  const found = readdirSync(server.dataDir, { recursive: true, encoding: 'utf8' }).find((path) =>
    path.endsWith('postmaster.pid'),
  )
  return found === undefined ? null : Number(readFileSync(join(server.dataDir, found), 'utf8').split('\n')[0])
}

/** Kills at random moments, alone or with its database, and starts the server again each time. */
async function killRepeatedly(random: () => number): Promise<void> {
  for (let kill = 0; kill < KILLS; kill += 1) {
    await wait(100 + random() * 900) // the random moment is the point of this test, not a wait for something
    const postmaster = random() < 0.4 ? postmasterPid() : null
    if (postmaster !== null) process.kill(postmaster, 'SIGKILL')
    await server.end('SIGKILL')
    await server.start()
  }
}

it('has counted every acknowledged event exactly once after 30 kills at random moments', async () => {
  const seed = printedSeed()
  const random = seededRandom(seed)
  const batches = loadBatches(`kill-${seed}`, BATCHES, EVENTS_EACH, Date.now(), random)
  const { sent } = await loadWhile(server, killRepeatedly(random), batches)
  const events = sent * EVENTS_EACH

  await allFolded(server)
  const ledger = await expectCounted(server, 'loader', events)

  // Every batch once more: only the duplicates grow.
  const again = await load(server, batches.slice(0, sent), { workers: 8, deadlineMs: 300_000 })
  expect(again).toMatchObject({ acknowledged: events, acceptedSaid: 0, duplicateSaid: events })
  await expectOnlyDuplicates(server, 'loader', events, ledger)
})
