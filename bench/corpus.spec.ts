import { lineOf, requests } from './corpus.js'

const lines = (seed: number): string[] => [...requests(50, seed)].map((request) => lineOf('combined', request))

describe('the benchmark corpus', () => {
  it('is the same for the same seed and another for another', () => {
    expect(lines(1)).toEqual(lines(1))
    expect(lines(1)).not.toEqual(lines(2))
  })

  it('writes lines that a person can read', () => {
    const [request] = requests(1)
    expect(lineOf('combined', request!)).toMatch(
      /^203\.0\.113\.\d+ - - \[02\/Nov\/2026:11:00:00 \+0000\] "[A-Z]+ \/\S+ HTTP\/1\.1" \d{3} \d+ "-" ".+" rt=\d+\.\d{3}$/,
    )
    expect(JSON.parse(lineOf('ndjson', request!))).toMatchObject({ ts: '2026-11-02T11:00:00.000Z' })
  })
})
