import { pollUntil } from '#testing'
import { FoldLoop } from './fold-loop.js'
import type { Folder, FoldReport } from './folder.js'

const IDLE: FoldReport = { held: true, deltas: 0, bytes: 0, cells: 0, failed: 0, setAside: 0, series: 0, more: false }

/** Gives prepared reports, then idle ones; counts how often it was asked. */
class ScriptedFolder {
  asked = 0
  released = 0

  constructor(private readonly script: (FoldReport | Error)[] = []) {}

  async foldOnce(): Promise<FoldReport> {
    this.asked++
    const next = this.script.shift() ?? IDLE
    if (next instanceof Error) throw next
    return next
  }

  async release(): Promise<void> {
    this.released++
  }
}

const loopOf = (folder: ScriptedFolder, options: ConstructorParameters<typeof FoldLoop>[1]) =>
  new FoldLoop(folder as unknown as Folder, options)

const until = (what: string, ask: () => boolean) => pollUntil(ask, { deadlineMs: 5_000, everyMs: 1, what })

describe('FoldLoop', () => {
  it('goes on without a pause while more is waiting, and after a failure', async () => {
    const folder = new ScriptedFolder([
      { ...IDLE, deltas: 1, more: true },
      { ...IDLE, deltas: 2, more: true },
      new Error('no database'),
    ])
    const folded: number[] = []
    const failed: unknown[] = []
    const loop = loopOf(folder, {
      idleMs: 1,
      paceMs: 0,
      folded: (report) => folded.push(report.deltas),
      failed: (error) => failed.push(error),
    })
    loop.start()
    await until('a fold after the failure', () => folder.asked >= 4)
    await loop.stop()
    expect(folded).toEqual([1, 2])
    expect(failed).toEqual([new Error('no database')])
    expect(folder.released).toBe(1)
  })

  it('folds soon after an append, not only at the next look', async () => {
    const folder = new ScriptedFolder()
    const loop = loopOf(folder, { idleMs: 3_600_000, paceMs: 0 })
    loop.start()
    await until('the first look', () => folder.asked === 1)
    loop.wake()
    await until('the look after the append', () => folder.asked === 2)
    await loop.stop()
  })

  it.each([
    ['gives a long fold twenty times its duration', { paceMs: 0, longestPaceMs: 3_600_000 }, 380, 30_000],
    ['but no more than the longest pace', { paceMs: 0, longestPaceMs: 50 }, 45, 380],
  ])('%s', async (_sentence, options, least, most) => {
    const folder = new ScriptedFolder()
    const begins: number[] = []
    folder.foldOnce = () => {
      begins.push(performance.now())
      return new Promise((resolve) => setTimeout(() => resolve({ ...IDLE, deltas: 1 }), 20))
    }
    const loop = loopOf(folder, { idleMs: 1, ...options })
    loop.start()
    await until('six folds', () => begins.length === 6)
    await loop.stop()
    const paces = begins.slice(1).map((beganMs, position) => beganMs - begins[position]!)
    expect(Math.min(...paces)).toBeGreaterThan(least)
    expect(Math.min(...paces)).toBeLessThan(most)
  })

  it('does not forget an append that comes while it folds', async () => {
    const folder = new ScriptedFolder()
    const loop = loopOf(folder, { idleMs: 3_600_000, paceMs: 0 })
    loop.start()
    loop.wake()
    await until('the look after the append', () => folder.asked === 2)
    await loop.stop()
  })
})
