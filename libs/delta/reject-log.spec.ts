import { RejectLog } from './reject-log.js'
import { RejectRoom } from './reject-room.js'

const record = Buffer.alloc(872)
const rejectIn = (log: RejectLog, times: number) => {
  for (let index = 0; index < times; index++) log.add('bad_status', record, 0, record.length, index)
}

describe('RejectLog', () => {
  it('keeps records while there is room for those of all batches, and counts the others', () => {
    const room = new RejectRoom(10_000)
    const [first, second] = [new RejectLog(room), new RejectLog(room)]
    rejectIn(first, 8)
    rejectIn(second, 8)
    expect([first.records.length, second.records.length, room.usedBytes]).toEqual([8, 2, 10_000])
    expect([second.count, second.by, second.errors.length]).toEqual([8, { bad_status: 8 }, 8])
  })

  it('keeps a copy, because the chunk that a record came in is used for others', () => {
    const chunk = Buffer.from('a line\nb line\n')
    const log = new RejectLog()
    log.add('unreadable', chunk, 7, 13, 1)
    chunk.fill(0)
    expect(Buffer.from(log.records[0]?.record ?? []).toString()).toBe('b line')
  })

  it('gives its room back, once, when its batch is over', () => {
    const room = new RejectRoom(10_000)
    const log = new RejectLog(room)
    rejectIn(log, 4)
    const { records } = log
    log.clear()
    log.clear()
    expect(room.usedBytes).toBe(0)
    expect(records).toHaveLength(4)
    rejectIn(log, 20)
    expect(log.records).toHaveLength(10)
  })
})
