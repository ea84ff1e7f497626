import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { seededRandom } from '#platform'
import { ServerProcess, pollUntil } from '#testing'
import { loadWhile } from './load-while.js'
import { load, loadBatches } from './loader.js'
import { expectCounted } from './expect-counted.js'
import { printedSeed } from './seed.js'
import { allFolded } from './totals.js'

const LOSSES = 8
const BATCHES = 2_000
const EVENTS_EACH = 40

let server: ServerProcess

beforeAll(async () => {
  server = await ServerProcess.start()
})
afterAll(() => server.remove())

function killDatabase(): void {
  const file = readFileSync(join(server.dataDir, 'data', 'cluster', 'postmaster.pid'), 'utf8')
  process.kill(Number(file.split('\n')[0]), 'SIGKILL')
}

async function readiness(): Promise<{ status: number; text: string }> {
  const response = await fetch(`${server.url}/readyz`)
  return { status: response.status, text: await response.text() }
}

/** Kills only the database at random moments, as the out-of-memory killer does, and lets the server bring it back. */
async function loseRepeatedly(random: () => number): Promise<void> {
  for (let loss = 0; loss < LOSSES; loss += 1) {
    await wait(100 + random() * 900) // the random moment is the point of this test, not a wait for something
    killDatabase()
    await pollUntil(async () => (await readiness()).text.includes('being started again'), {
      deadlineMs: 60_000,
      everyMs: 5,
      what: 'the readiness to say that the database is away',
    })
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200)
    await pollUntil(async () => (await readiness()).status === 200, {
      deadlineMs: 60_000,
      what: 'the server to be ready again',
    })
  }
}

it('stays up while its database is killed and comes back, and has counted every acknowledged event exactly once', async () => {
  const seed = printedSeed()
  const random = seededRandom(seed)
  const { pid } = server
  const batches = loadBatches(`lost-${seed}`, BATCHES, EVENTS_EACH, Date.now(), random)
  const { sent } = await loadWhile(server, loseRepeatedly(random), batches)
  const events = sent * EVENTS_EACH
  expect(server.running).toBe(true)
  expect(server.pid).toBe(pid)

  await allFolded(server)
  const again = await load(server, batches.slice(0, sent), { workers: 8, deadlineMs: 120_000 })
  expect(again).toMatchObject({ acknowledged: events, acceptedSaid: 0, duplicateSaid: events })
  await allFolded(server)
  await expectCounted(server, 'loader', events)
})
