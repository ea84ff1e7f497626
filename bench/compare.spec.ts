import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { compare, readReport } from './compare.js'
import type { Measurement } from './measurement.js'
import { WrongArgument } from './options.js'
import { spreadOf } from './statistics.js'

const measured = (values: number[], better: 'more' | 'less' = 'more'): Measurement => ({
  what: 'posts',
  unit: 'requests/s',
  spread: spreadOf(values),
  better,
  floor: null,
  aim: null,
  note: '',
})

const verdictOf = (before: Measurement, after: Measurement): string =>
  compare({ machine: 'm', at: '1', measurements: [before] }, { machine: 'm', at: '2', measurements: [after] })
    .split('\n')
    .at(-1)!

describe('two reports', () => {
  it.each<[string, number[], number[], 'more' | 'less', RegExp]>([
    ['a gain', [100, 101, 102], [120, 121, 122], 'more', /1\.20 +better$/],
    ['a loss', [100, 101, 102], [80, 81, 82], 'more', /0\.80 +WORSE$/],
    ['less of what should be little', [100, 101, 102], [80, 81, 82], 'less', /better$/],
    ['ranges that overlap', [90, 100, 130], [120, 125, 140], 'more', /within noise$/],
    ['medians that hardly differ', [100, 100, 100], [104, 104, 104], 'more', /within noise$/],
  ])('tell %s', (_, before, after, better, words) =>
    expect(verdictOf(measured(before, better), measured(after, better))).toMatch(words),
  )

  it('compare what has the same unit, however it is called', () => {
    const rate = measured([100, 101, 102])
    const times = { ...measured([4, 4, 4]), unit: '× another' }
    const [before, after] = ['1', '2'].map((at) => ({ machine: 'm', at, measurements: [rate, times] }))
    const rows = compare(before!, { ...after!, measurements: [times, rate] }).split('\n')
    expect(rows.at(-2)).toMatch(/requests\/s +101 +101 +1\.00/)
    expect(rows.at(-1)).toMatch(/× another +4 +4 +1\.00/)
  })

  it('say what noise is, and where they have nothing in common', () => {
    const one = { machine: 'm', at: '1', measurements: [measured([1])] }
    expect(compare(one, one)).toContain('noise: medians within 5 %, or ranges that overlap')
    expect(() => compare(one, { ...one, measurements: [] })).toThrow('the two results have no measurement in common')
  })
})

describe('a kept report', () => {
  let folder: string
  beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'statusline-report-'))))
  afterAll(() => rm(folder, { recursive: true }))

  it('is read as it was written', async () => {
    const report = { machine: 'm', at: '1', measurements: [measured([1, 2, 3])] }
    await writeFile(join(folder, 'kept.json'), JSON.stringify(report))
    expect(await readReport(join(folder, 'kept.json'))).toEqual(report)
  })

  it('that is not there is a wrong argument', async () => {
    const missing = readReport(join(folder, 'missing.json'))
    await expect(missing).rejects.toThrow(/missing\.json cannot be read \(ENOENT\); allowed: a file that npm run bench/)
    await expect(missing).rejects.toThrow(WrongArgument)
    await expect(readReport(folder)).rejects.toThrow('cannot be read (EISDIR)')
  })

  it.each([
    '',
    '{"measurements":',
    '[]',
    'null',
    '{"measurements":{}}',
    '{"measurements":[1]}',
    '{"measurements":[null]}',
  ])('is not %s', async (text) => {
    const path = join(folder, 'broken.json')
    await writeFile(path, text)
    await expect(readReport(path)).rejects.toThrow(`${path} holds no report; allowed: a file that npm run bench`)
  })
})
