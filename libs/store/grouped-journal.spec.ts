import { pollUntil } from '#testing'
import type { SealedBatch } from '#delta'
import { GroupedJournal, type GroupedJournalOptions } from './grouped-journal.js'
import { Journal, JournalUnavailable, type AppendResult } from './journal.js'
import { batch } from './testing/batches.js'

/** A journal whose commits end when the test says so. */
class GatedJournal extends Journal {
  readonly groups: string[][] = []
  private readonly gates: (() => void)[] = []

  override async append(batches: readonly SealedBatch[]): Promise<AppendResult[]> {
    const names = batches.map(({ tally }) => String(tally))
    this.groups.push(names)
    await new Promise<void>((resolve) => this.gates.push(resolve))
    if (names.includes('poison')) throw new RangeError('cannot be encoded')
    if (names.includes('outage')) throw new JournalUnavailable('no database')
    return batches.map(() => ({ result: 'accepted' }))
  }

  override async file(): Promise<null> {
    return null
  }

  async open(count: number): Promise<void> {
    for (let commit = 0; commit < count; commit++) {
      this.gates.shift()?.()
      await new Promise((resolve) => setImmediate(resolve))
    }
  }
}

let inner: GatedJournal

const grouped = (options: GroupedJournalOptions = {}) => {
  inner = new GatedJournal()
  return new GroupedJournal(inner, { commits: 1, ...options })
}

describe('GroupedJournal', () => {
  it('commits at once what comes alone, and together what comes meanwhile', async () => {
    const journal = grouped()
    const answers = ['a', 'b', 'c'].map((name) => journal.append([batch(name)]))
    await inner.open(2)
    expect(inner.groups).toEqual([['a'], ['b', 'c']])
    expect(await Promise.all(answers)).toEqual([
      [{ result: 'accepted' }],
      [{ result: 'accepted' }],
      [{ result: 'accepted' }],
    ])
  })

  it('begins a second commit beside the first with as many batches as that one has', async () => {
    const journal = grouped({ commits: 2 })
    const answers = [journal.append(['a', 'b', 'c'].map((name) => batch(name)))]
    for (const name of ['d', 'e']) answers.push(journal.append([batch(name)]))
    expect(journal.waiting()).toMatchObject({ batches: 2, commits: 1 })
    answers.push(journal.append([batch('f')]), journal.append([batch('g')]))
    expect(journal.waiting()).toMatchObject({ batches: 1, commits: 2 })
    await inner.open(3)
    await Promise.all(answers)
    expect(inner.groups).toEqual([['a', 'b', 'c'], ['d', 'e', 'f'], ['g']])
  })

  it('begins it with less after a moment, however long the first one takes', async () => {
    const journal = grouped({ commits: 2 })
    const first = journal.append(['a', 'b', 'c'].map((name) => batch(name)))
    const second = journal.append([batch('d')])
    expect(inner.groups).toEqual([['a', 'b', 'c']])
    await pollUntil(() => inner.groups.length === 2, { deadlineMs: 5_000, what: 'the second commit to begin' })
    expect(inner.groups[1]).toEqual(['d'])
    await inner.open(2)
    expect(await Promise.all([first, second])).toHaveLength(2)
  })

  it('lets sources take turns', async () => {
    const journal = grouped({ groupBatches: 3 })
    void journal.append([batch('first')])
    for (const name of ['x1', 'x2', 'x3', 'x4']) void journal.append([batch(name, { source: 'x' })])
    void journal.append([batch('y1', { source: 'y' })])
    await inner.open(3)
    expect(inner.groups).toEqual([['first'], ['x1', 'y1', 'x2'], ['x3', 'x4']])
  })

  it('bounds a group by its events', async () => {
    const journal = grouped({ groupEvents: 25 })
    void journal.append([batch('first')])
    for (const name of ['a', 'b', 'c']) void journal.append([batch(name)])
    await inner.open(3)
    expect(inner.groups).toEqual([['first'], ['a', 'b'], ['c']])
  })

  it('fails only the batch that cannot be written', async () => {
    const journal = grouped()
    void journal.append([batch('first')])
    const answers = Promise.allSettled(['a', 'b', 'poison', 'c'].map((name) => journal.append([batch(name)])))
    await inner.open(8)
    expect((await answers).map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled'])
  })

  it('does not try an outage batch by batch', async () => {
    const journal = grouped()
    void journal.append([batch('first')])
    const answers = Promise.allSettled(['a', 'outage', 'b'].map((name) => journal.append([batch(name)])))
    await inner.open(2)
    expect((await answers).map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected'])
    expect(inner.groups).toHaveLength(2)
  })

  it('refuses at once what finds the queue full, and takes batches again when there is room', async () => {
    const journal = grouped({ queueBatches: 2 })
    void journal.append([batch('first')])
    void journal.append([batch('a'), batch('b')])
    await expect(journal.append([batch('c')])).rejects.toThrow(JournalUnavailable)
    expect(journal.waiting()).toMatchObject({ batches: 2, batchesLimit: 2, events: 22, commits: 1 })
    await inner.open(2)
    const late = journal.append([batch('d')])
    await inner.open(1)
    expect(await late).toEqual([{ result: 'accepted' }])
  })

  it('refuses what has waited too long for its commit to begin, and never writes it', async () => {
    const journal = grouped({ queueMs: 40 })
    const first = journal.append([batch('first')])
    const old = Promise.allSettled(['a', 'b'].map((name) => journal.append([batch(name, { source: name })])))
    expect((await old).map((one) => one.status === 'rejected' && String(one.reason))).toEqual(
      ['a', 'b'].map(() => expect.stringContaining('JournalUnavailable')),
    )
    expect(journal.waiting()).toMatchObject({ batches: 0, events: 0, commits: 1 })
    const late = journal.append([batch('late')])
    await inner.open(2)
    expect(await Promise.all([first, late])).toHaveLength(2)
    expect(inner.groups).toEqual([['first'], ['late']])
  })

  it('answers everything that it took before it closes', async () => {
    const appended: number[] = []
    const journal = grouped({ appended: () => appended.push(inner.groups.length) })
    const answers = ['a', 'b'].map((name) => journal.append([batch(name)]))
    const closed = journal.close()
    await expect(journal.append([batch('c')])).rejects.toThrow('closing')
    await inner.open(2)
    await closed
    expect(await Promise.all(answers)).toHaveLength(2)
    expect(appended).toEqual([1, 2])
  })
})
