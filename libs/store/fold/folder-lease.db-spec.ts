import { pollUntil } from '#testing'
import { acquireLease } from '../lease.js'
import { batch, event, FoldStage } from '../testing/fold-stage.js'
import { readBacklog } from './backlog.js'

let stage: FoldStage
let folder: FoldStage['folder']
let one: FoldStage['one']
let journal: FoldStage['journal']
let database: FoldStage['database']

beforeAll(async () => {
  stage = await FoldStage.start()
  ;({ folder, one, journal, database } = stage)
})
afterEach(() => stage.empty())
afterAll(() => stage.stop())

describe('the lease', () => {
  it('lets one folder work', async () => {
    const [a, b] = [folder(), folder()]
    await journal.append([batch([event()])])
    expect(await a.foldOnce()).toMatchObject({ held: true, deltas: 1 })
    await journal.append([batch([event()])])
    expect(await b.foldOnce()).toMatchObject({ held: false, deltas: 0 })
    await a.release()
    expect(await b.foldOnce()).toMatchObject({ held: true, deltas: 1 })
    expect(await one('SELECT sum(count) AS count FROM cell_1d')).toEqual({ count: 2 })
  })

  it('lets nothing be committed by a folder that was stopped past it', async () => {
    let stopped!: () => void
    const inside = new Promise<void>((resolve) => (stopped = resolve))
    let goOn!: () => void
    const gate = new Promise<void>((resolve) => (goOn = resolve))
    const slow = folder({
      beforeCommit: () => {
        stopped()
        return gate
      },
    })
    await journal.append([batch([event()])])
    const answer = slow.foldOnce()
    await inside
    // Its session is gone, as after a pause that the server cut; the lease has run out meanwhile.
    await database.pool.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE state = 'idle in transaction' AND datname = current_database()`,
    )
    await database.pool.query(`UPDATE lease SET expires_at = clock_timestamp()`)
    const next = folder()
    expect(await next.foldOnce()).toMatchObject({ held: true, deltas: 1 })
    goOn()
    await expect(answer).rejects.toThrow()
    expect(await slow.foldOnce()).toMatchObject({ held: false })
    expect(await one('SELECT sum(count) AS count FROM cell_1d')).toEqual({ count: 1 })
  })

  it('is checked again before the commit', async () => {
    const leaseTtlMs = 50
    const slow = folder({
      leaseTtlMs,
      // The fold keeps the row of its lease locked: only the database's own time can end it.
      beforeCommit: async () => {
        const { at } = await one<{ at: string }>('SELECT clock_timestamp()::text AS at')
        const over = `SELECT clock_timestamp() > $1::timestamptz + $2 * interval '1 ms' AS over`
        await pollUntil(async () => (await one<{ over: boolean }>(over, [at, leaseTtlMs])).over, {
          deadlineMs: 10_000,
          what: 'the lease to expire',
        })
      },
    })
    await journal.append([batch([event()])])
    expect(await slow.foldOnce()).toMatchObject({ held: false, deltas: 0 })
    expect(await one('SELECT count(*) AS cells FROM cell_1d')).toEqual({ cells: 0 })
    expect(await readBacklog(database.pool)).toMatchObject({ deltas: 1 })
  })

  it('goes to nobody while a fenced transaction is open, and back to its holder at once', async () => {
    const held = await acquireLease(database.pool, 'x', 'a', 1)
    expect(held).toMatchObject({ epoch: 1 })
    const open = await database.pool.connect()
    await open.query(`BEGIN; SELECT FROM lease WHERE name = 'x' FOR UPDATE`)
    expect(await acquireLease(database.pool, 'x', 'b', 10_000)).toBeNull()
    await open.query('ROLLBACK')
    open.release()
    expect(await acquireLease(database.pool, 'x', 'b', 10_000)).toMatchObject({ epoch: 2 })
    expect(await acquireLease(database.pool, 'x', 'c', 10_000)).toBeNull()
    expect(await acquireLease(database.pool, 'x', 'b', 10_000)).toMatchObject({ epoch: 3 })
  })
})
