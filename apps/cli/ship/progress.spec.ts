import { PassThrough } from 'node:stream'
import { Progress } from './progress.js'
import type { BatchReply } from './sender.js'

const said = (...replies: Partial<BatchReply>[]): string => {
  const out = new PassThrough()
  const progress = new Progress(out, null, () => 0)
  for (const reply of replies) progress.add(10, { accepted: 0, duplicate: 0, rejected: 0, errors: [], ...reply })
  progress.finish()
  return String(out.read())
}

describe('the end of a shipment', () => {
  it('counts what became of it', () => {
    const errors = [{ index: 0, reason: 'too_long' }]
    expect(said({ accepted: 3 }, { duplicate: 1, rejected: 2, errors })).toBe(
      '3 accepted, 1 duplicate, 2 rejected (too_long; see statusline rejects list) · 0.0 MB in 0.0 s\n',
    )
  })

  it('says of old events that they are not for ship', () => {
    expect(said({ rejected: 12, errors: [{ index: 0, reason: 'too_old' }] })).toMatch(
      /\nlines older than 48 hours are not counted by ship: load old logs with statusline replay FILE/,
    )
  })

  it('says of events too old for a replay what they are too old for', () => {
    const text = said({ rejected: 12, tooOld: 12, daysYears: 5 }, { accepted: 1 })
    expect(text).toMatch(
      /\nnot counted: 12 events older than 5 years, which is as long as the server keeps counts \(retention\.daysYears is 5\);/,
    )
    expect(text).not.toContain('statusline replay')
    expect(said({ rejected: 1, tooOld: 1, daysYears: 1 })).toContain('older than 1 year, ')
  })
})
