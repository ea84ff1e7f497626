import { giveBack } from './give-back.js'

describe('giveBack', () => {
  it('empties a large chunk that has its memory for itself', () => {
    const chunk = Buffer.from(new ArrayBuffer(65_536))
    giveBack(chunk)
    expect([chunk.length, chunk.buffer.byteLength]).toEqual([0, 0])
  })

  it.each([
    ['a small chunk', Buffer.from(new ArrayBuffer(1_024))],
    ['the head of a larger one', Buffer.from(new ArrayBuffer(65_536)).subarray(0, 65_535)],
    ['the rest of a larger one', Buffer.from(new ArrayBuffer(65_536), 1)],
    ['what is shared with another thread', Buffer.from(new SharedArrayBuffer(65_536))],
  ])('leaves %s alone', (_says, chunk) => {
    const { length } = chunk
    giveBack(chunk)
    expect(chunk.length).toBe(length)
  })
})
