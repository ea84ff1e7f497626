import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { seededRandom } from '#platform'
import { ServerProcess, statusline, testDatabase, type TestDatabase } from '#testing'
import { CutProxy, type Cut } from './cut-proxy.js'
import { load, loadBatches } from './loader.js'
import { loadWhile } from './load-while.js'
import { expectCounted, expectOnlyDuplicates } from './expect-counted.js'
import { printedSeed } from './seed.js'
import { allFolded } from './totals.js'

const CUTS = 45
const BATCHES = 4_000
const EVENTS_EACH = 40
const COMMIT_CUTS: readonly Cut[] = ['before', 'after', 'before', 'after', 'half_open']

let database: TestDatabase
let proxy: CutProxy
let server: ServerProcess

beforeAll(async () => {
  database = await testDatabase({ migrated: false })
  const through = await CutProxy.before(database.url)
  proxy = through.proxy
  server = await ServerProcess.start({ DATABASE_URL: through.url })
})
afterAll(async () => {
  await server.remove()
  await proxy.close()
  await database.drop()
})

/** Breaks single connections exactly at a COMMIT, and now and then all of them wherever they are. */
async function cutRepeatedly(
  random: () => number,
  times: number,
  isOver = () => false,
): Promise<Record<string, number>> {
  const done: Record<string, number> = { before: 0, after: 0, half_open: 0, all: 0 }
  for (let cut = 0; cut < times; cut += 1) {
    await wait(random() * 250) // the random moment is the point of this test, not a wait for something
    if (isOver()) break
    if (cut % 5 === 4) {
      proxy.cutAll()
      done['all']! += 1
      continue
    }
    const how = COMMIT_CUTS[Math.floor(random() * COMMIT_CUTS.length)]!
    await proxy.cutAt('COMMIT', how)
    done[how]! += 1
  }
  return done
}

it(`has counted every acknowledged event exactly once after ${CUTS} cuts at COMMIT and elsewhere`, async () => {
  const seed = printedSeed()
  const random = seededRandom(seed)
  const batches = loadBatches(`cut-${seed}`, BATCHES, EVENTS_EACH, Date.now(), random)
  const { sent, result: cuts } = await loadWhile(server, cutRepeatedly(random, CUTS), batches)
  const events = sent * EVENTS_EACH
  process.stderr.write(`${JSON.stringify(cuts)} cuts under ${events} events\n`)

  await allFolded(server)
  const ledger = await expectCounted(server, 'loader', events)

  // Every batch once more: only the duplicates grow.
  const again = await load(server, batches.slice(0, sent), { workers: 8, deadlineMs: 300_000 })
  expect(again).toMatchObject({ acknowledged: events, acceptedSaid: 0, duplicateSaid: events })
  await expectOnlyDuplicates(server, 'loader', events, ledger)
})

it('has counted every line of a file once that was shipped through such cuts', async () => {
  const random = seededRandom(printedSeed())
  const folder = await mkdtemp(join(tmpdir(), 'statusline-cut-'))
  const path = join(folder, 'access.ndjson')
  const lines = 200_000
  const at = Date.now() - 60_000
  // No ids, and all at one time: nothing but its place in the file tells a line from its neighbours.
  await writeFile(path, `{"ts":${at},"status":200,"path":"/file"}\n`.repeat(lines))
  const state = { over: false }
  const shipped = statusline(server.url, ['ship', '--source', 'file', path]).done.finally(() => {
    state.over = true
    proxy.withdraw()
  })
  const cuts = await cutRepeatedly(random, CUTS / 3, () => state.over)
  process.stderr.write(`${JSON.stringify(cuts)} cuts under ${lines} lines\n`)
  expect(await shipped).toMatchObject({ code: 0 })
  await rm(folder, { recursive: true })
  await expectCounted(server, 'file', lines)
})

it('was not ended by any of it, and stops in order', async () => {
  expect(server.running).toBe(true)
  expect(await server.end('SIGTERM')).toBe(0)
})
