import { batch, event, FoldStage } from '../testing/fold-stage.js'
import { readBacklog, retrySetAside } from './backlog.js'

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

async function foldThrice() {
  const folding = folder()
  const reports = []
  for (let round = 0; round < 3; round++) reports.push(await folding.foldOnce())
  return { folding, reports }
}

describe('a delta that cannot be folded', () => {
  it('blocks nothing when it cannot be read, is set aside, and can be retried', async () => {
    await journal.append([batch([event()])])
    await database.pool.query(`INSERT INTO journal (version, body) VALUES (1, 'rubbish')`)
    await journal.append([batch([event()])])
    const { folding, reports } = await foldThrice()
    expect(reports.map(({ deltas, failed, setAside }) => [deltas, failed, setAside])).toEqual([
      [2, 1, 0],
      [0, 1, 0],
      [0, 0, 1],
    ])
    expect(await one('SELECT sum(count) AS count FROM cell_1d')).toEqual({ count: 2 })
    expect(await readBacklog(database.pool)).toMatchObject({ deltas: 0, setAside: 1 })
    const { id } = await one<{ id: number }>('SELECT id FROM journal_set_aside')
    expect(await retrySetAside(database.pool, id)).toBe(true)
    expect(await retrySetAside(database.pool, id)).toBe(false)
    expect(await folding.foldOnce()).toMatchObject({ failed: 1 })
  })

  it('blocks nothing when it cannot be written', async () => {
    await journal.append([batch([event()])])
    // Readable, but of a time for which there can be no partition.
    await journal.append([
      batch([event({ tsMs: 2 ** 31 * 9_999 })], {
        limits: { maxSeries: 10, lateMs: Infinity, futureMs: Infinity },
      } as never),
    ])
    await journal.append([batch([event()])])
    const { reports } = await foldThrice()
    expect(reports.map(({ deltas, failed, setAside }) => [deltas, failed, setAside])).toEqual([
      [2, 1, 0],
      [0, 1, 0],
      [0, 0, 1],
    ])
    expect(await one('SELECT sum(count) AS count FROM cell_1d')).toEqual({ count: 2 })
    expect(await one('SELECT error FROM journal_set_aside')).toMatchObject({
      error: expect.stringContaining('cannot be written'),
    })
  })
})
